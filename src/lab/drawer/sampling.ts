/**
 * Which connection the ledger and the plots are about, and its samples, as signals. A page of the drawer that shows them
 * keeps them going (`follow`). Calls it: `ledger.tsx`, `plots.tsx`.
 */
import { effect, signal } from '@preact/signals';
import { events, length } from '../state.ts';
import { type Sample, Sampler } from './samples.ts';

/** Milliseconds of work before the page has its turn. */
const SLICE = 8;

/** Place of the connection in the order in which they began. */
export const connection = signal(0);
export const samples = signal<readonly Sample[]>([]);

let kept: { readonly of: unknown; readonly connection: number; readonly sampler: Sampler } | undefined;

function samplerNow(): Sampler {
  const [all, index] = [events.value, connection.value];
  if (kept?.of !== all || kept.connection !== index) {
    kept = { of: all, connection: index, sampler: new Sampler(all, index) };
    samples.value = [];
  }
  return kept.sampler;
}

/** Goes through the recording while the page is open, and on as it grows. */
export function follow(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    void length.value;
    const sampler = samplerNow();
    clearTimeout(timer);
    const goOn = () => {
      const end = performance.now() + SLICE;
      if (sampler.advance(() => performance.now() >= end)) samples.value = sampler.samples;
      else timer = setTimeout(goOn);
    };
    timer = setTimeout(goOn);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
