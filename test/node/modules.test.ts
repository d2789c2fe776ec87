import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { nodeProgram } from '../../src/node/index.ts';
import { BIN, execute } from '../cli/halfopen.ts';

// Whatever was changed is built.
beforeAll(() => execute(process.execPath, [BIN, '--version']));

test('each spawn of a file has modules of its own, ES modules and CommonJS, also long after it began', async () => {
  const script = fileURLToPath(new URL('./programs/run-modules.mjs', import.meta.url));
  const { status, stdout, stderr } = await execute(process.execPath, [script]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    counters: [
      ['1 1', '2 2'],
      ['1 1', '2 2'],
    ],
    answers: [
      ['1', '2'],
      ['1', '2'],
    ],
  });
});

test('what is no file is refused', () => {
  expect(() => nodeProgram(new URL('https://example.com/server.js'))).toThrow(
    "nodeProgram: 'https://example.com/server.js' is no file; allowed is the path or file: URL of a module, or a function",
  );
});
