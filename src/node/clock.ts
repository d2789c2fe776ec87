/**
 * `Date`, `performance.now()` and `process.hrtime()` of a simulated process: its world's time.
 *
 * Calls it: `install.ts`.
 */
import { performance } from 'node:perf_hooks';
import { currentProcess } from './context.ts';
import { GLOBALS } from './realm.ts';

export function installClock(): void {
  for (const place of GLOBALS) place.Date = dateOf(place.Date);
  const realNow = performance.now.bind(performance);
  performance.now = () => currentProcess()?.os.now() ?? realNow();
  const { hrtime } = process;
  const bigint = hrtime.bigint.bind(hrtime);
  const virtual = (time?: [number, number]): [number, number] => {
    const host = currentProcess();
    if (host === undefined) return hrtime(time);
    const nanoseconds = Math.round(host.os.now() * 1e6);
    const [s, ns] = time ?? [0, 0];
    const since = nanoseconds - s * 1e9 - ns;
    return [Math.floor(since / 1e9), since % 1e9];
  };
  process.hrtime = Object.assign(virtual, {
    bigint: () => {
      const host = currentProcess();
      return host === undefined ? bigint() : BigInt(Math.round(host.os.now() * 1e6));
    },
  });
}

function dateOf(RealDate: DateConstructor): DateConstructor {
  const now = () => currentProcess()?.time ?? RealDate.now();
  return new Proxy(RealDate, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}
