/**
 * One body, run twice: by Node itself over the loopback of this machine, and as a program of a simulated host. What it
 * tells must be the same in both, and what the test says.
 */
import { expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import { nodeProgram } from '../../src/node/index.ts';

export type Tell = (...values: unknown[]) => void;

/** Resolves when all that it has to tell is told, and nothing that it opened is left. */
export type Body = (tell: Tell) => Promise<void>;

/** Two tests: `name` on Node and on a simulated host. */
export function both(name: string, expected: readonly unknown[], body: Body): void {
  test(`${name}: Node`, async () => {
    expect(await onNode(body)).toEqual(expected);
  });
  test(`${name}: a simulated host`, async () => {
    expect(await onHost(body)).toEqual(expected);
  });
}

async function onNode(body: Body): Promise<unknown[]> {
  const { told, tell } = notes();
  await body(tell);
  return told;
}

async function onHost(body: Body): Promise<unknown[]> {
  const { told, tell } = notes();
  const world = simulate({ seed: 1 });
  const program = world.host('A', { address: ['10.0.0.1', 'fd00::1'] }).spawn(
    'both',
    nodeProgram(() => body(tell)),
  );
  await world.run({ for: '1h' });
  expect(await program.exited).toMatchObject({ code: 0 });
  return told;
}

function notes(): { told: unknown[]; tell: Tell } {
  const told: unknown[] = [];
  return { told, tell: (...values) => told.push(values.length === 1 ? values[0] : values) };
}

/** The error as a program sees it, with the port taken out of it. */
export function seen(error: NodeJS.ErrnoException & { address?: string; port?: number }): unknown[] {
  const { code, syscall, address, port, message } = error;
  return [code, syscall, address, message.replaceAll(String(port ?? 'none'), 'PORT')];
}
