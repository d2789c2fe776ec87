/** The ends of all connections at the cursor, as a signal that follows it while a page looks. Calls it: `tcb.tsx`, `plots.tsx`. */
import { effect, signal } from '@preact/signals';
import { cursor, events, length } from '../state.ts';
import type { End } from './tcb-end.ts';
import { TcbHistory } from './tcb-history.ts';

/** Milliseconds of work before the page has its turn. */
const SLICE = 8;

export const ends = signal<readonly End[]>([]);

let kept: { readonly of: unknown; readonly history: TcbHistory } | undefined;

/** For the `ref` of an element that is there as long as the page looks. */
export function followEnds(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    void length.value;
    const [all, to] = [events.value, cursor.value];
    clearTimeout(timer);
    if (kept?.of !== all) kept = { of: all, history: new TcbHistory(all) };
    const { history } = kept;
    const goOn = () => {
      const end = performance.now() + SLICE;
      if (history.goTo(to, () => performance.now() >= end)) ends.value = history.ends;
      else timer = setTimeout(goOn);
    };
    goOn();
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
