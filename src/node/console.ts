/**
 * What a simulated process prints is kept with its virtual time (`ProcessHandle.printed`), and not shown.
 *
 * Calls it: `install.ts`.
 */
import { format } from 'node:util';
import { currentProcess } from './context.ts';

const METHODS = ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const;

type Write = (data: string | Uint8Array, ...rest: unknown[]) => boolean;

export function installConsole(): void {
  for (const name of METHODS) {
    const real = console[name].bind(console);
    console[name] = (...values: unknown[]) => {
      const own = currentProcess();
      if (own === undefined) real(...values);
      else own.os.print(format(...values));
    };
  }
  for (const stream of [process.stdout, process.stderr]) {
    const real = stream.write.bind(stream) as Write;
    const write: Write = (data, ...rest) => {
      const own = currentProcess();
      if (own === undefined) return real(data, ...rest);
      own.os.print((typeof data === 'string' ? data : Buffer.from(data).toString()).replace(/\n$/, ''));
      const then = rest.at(-1);
      if (typeof then === 'function') process.nextTick(then as () => void);
      return true;
    };
    Object.assign(stream, { write });
  }
}
