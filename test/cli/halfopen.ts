/** Runs the command as a user does, and files that a user could have written. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/halfopen.js', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command's outcome. English unless the arguments or the environment say otherwise. */
export function halfopen(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Outcome> {
  return execute(process.execPath, [BIN, ...args], options);
}

export function execute(
  program: string,
  args: readonly string[],
  { env = {}, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Outcome> {
  const environment = { ...process.env, LC_ALL: 'C', ...env };
  const child = spawn(program, args, { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 50_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // When the source changes while the tests run, the command builds anew and says so: not what is tested here.
    child.on('close', (status) =>
      resolve({ status, stdout, stderr: stderr.replace(/^halfopen: building .*\n/gm, '') }),
    );
  });
}

/** A folder of its own in the system's temporary one. */
export function folder(): string {
  return mkdtempSync(join(tmpdir(), 'halfopen-cli-'));
}

/** A file in a folder of its own; its path. */
export function file(name: string, content: string): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

/** A whole scenario in JavaScript whose client has this body, on lines of its own from line 11 on. */
export function scenarioFile(name: string, body: string): string {
  return file(
    name,
    `import { defineScenario } from 'halfopen';
export default defineScenario({
  name: 'mine', title: { en: 'Mine', ko: '나의 것' }, text: { en: 'A test.', ko: '시험입니다.' }, story: ['S10'],
  params: { bytes: { default: 5 } },
  topology: {
    hosts: { A: { address: '10.0.0.1' }, B: { address: '10.0.0.2' } },
    cables: { cable: { between: ['A', 'B'], delay: '1ms' } },
  },
  programs: {
    client: { host: 'B', main: async (os, params) => {
${body}
    } },
  },
  expect: [{
    story: 'S10', text: { en: 'It returns.', ko: '반환됩니다.' }, worlds: ['sim'],
    holds: (result) => result.process('client').exit?.value === result.params.bytes,
    counter: { set: { bytes: 6 } },
  }],
});
`,
  );
}
