/**
 * What a run's report tells of its processes: their calls, what they printed, how they ended. Folded from the trace
 * alone, so that a replayed trace gives the same report.
 *
 * Calls it: `scenario-run.ts`; the command, for a saved trace.
 */
import type { Json } from '../base/json.ts';
import { MILLISECOND } from '../base/time.ts';
import type { CallReport, ProcessReport } from '../system/scenario.ts';
import type { Event, EventOf } from '../trace/event.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Draft extends Mutable<ProcessReport> {
  readonly printed: { readonly atMs: number; readonly text: string }[];
  readonly calls: Mutable<CallReport>[];
}

/** One report for each process that started, in the order in which they did. */
export function reportProcesses(events: readonly Event[]): ProcessReport[] {
  const reports: Draft[] = [];
  /** The process of that name that lives, by host and name. */
  const living = new Map<string, Draft>();
  const calls = new Map<number, Mutable<CallReport>>();
  const of = (event: { readonly host: string; readonly process: string }) =>
    living.get(`${event.host} ${event.process}`);
  for (const event of events) {
    switch (event.kind) {
      case 'process.started': {
        const draft: Draft = { host: event.host, name: event.process, exit: null, printed: [], calls: [] };
        reports.push(draft);
        living.set(`${event.host} ${event.process}`, draft);
        break;
      }
      case 'process.exited': {
        const draft = of(event);
        if (draft !== undefined) draft.exit = exitOf(event);
        break;
      }
      case 'process.printed':
        of(event)?.printed.push({ atMs: event.at / MILLISECOND, text: event.text });
        break;
      case 'call.entered': {
        const call = callOf(event);
        of(event)?.calls.push(call);
        calls.set(event.n, call);
        break;
      }
      case 'call.returned': {
        const call = calls.get(event.entered);
        calls.delete(event.entered);
        if (call !== undefined) returned(call, event);
        break;
      }
      default:
        break; // not about a process
    }
  }
  return reports;
}

function callOf(event: EventOf<'call.entered'>): Mutable<CallReport> {
  const call: Mutable<CallReport> = { call: event.call, args: event.args, atMs: event.at / MILLISECOND };
  if (event.socket !== undefined) call.socket = event.socket;
  return call;
}

function returned(call: Mutable<CallReport>, event: EventOf<'call.returned'>): void {
  call.returnedAtMs = event.at / MILLISECOND;
  if (event.error !== undefined) call.error = event.error;
  else if (event.result !== undefined) call.result = event.result;
}

function exitOf({ code, value, signal, error }: EventOf<'process.exited'>): ProcessReport['exit'] {
  if (signal !== undefined) return { signal };
  if (error !== undefined) return { error };
  const told: { code: number; value?: Json } = { code: code ?? 0 };
  if (value !== undefined) told.value = value;
  return told;
}
