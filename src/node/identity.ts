/**
 * `process.env`, `process.argv` and `process.pid` of a simulated process.
 *
 * It is given a copy of the environment when it begins, with what `nodeProgram` was told on top; what it changes there is
 * its own. Source: node's src/node_env_var.cc: values become texts.
 * Calls it: `install.ts`; `node-process.ts` makes an identity for each process.
 */
import { currentProcess } from './context.ts';

/** What a program is started with. */
export interface StartOptions {
  /** Laid over the environment of the real process; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Behind the program's file in `process.argv`. */
  readonly args?: readonly string[];
}

export interface Identity {
  env: NodeJS.ProcessEnv;
  argv: string[];
  readonly pid: number;
}

/** An environment of its own, as Node's: every value is a text. */
export function environmentOf(given: StartOptions['env'] = {}): NodeJS.ProcessEnv {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, ...given })) {
    if (value !== undefined) own[name] = value;
  }
  return new Proxy(own, { set: (target, name, value) => Reflect.set(target, name, String(value)) });
}

export function installIdentity(): void {
  for (const name of ['env', 'argv'] as const) {
    place(
      name,
      (own) => own[name],
      (own, value) => Reflect.set(own, name, value),
    );
  }
  place('pid', (own) => own.pid);
}

function place(
  name: 'env' | 'argv' | 'pid',
  get: (own: Identity) => unknown,
  set: (own: Identity, value: unknown) => void = () => {},
): void {
  let real: unknown = Reflect.get(process, name);
  Object.defineProperty(process, name, {
    get: () => {
      const own = currentProcess();
      return own === undefined ? real : get(own.identity);
    },
    set: (value: unknown) => {
      const own = currentProcess();
      if (own === undefined) real = value;
      else set(own.identity, value);
    },
    enumerable: true,
    configurable: true,
  });
}
