/**
 * A program on its host: its text with the line that runs or is blocked, what each call returned, and the buttons that
 * kill, stop and start it. Without its text: the list of its last calls.
 */

import { memo } from 'preact/compat';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Json } from '../../base/json.ts';
import './program.css';
import { type Text, t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import type { CallView, ProcessView } from '../stage/model.ts';
import { bytesOf, stage } from '../stage/stage.ts';
import { events, facts, length, now, picked, sites, source } from '../state.ts';
import { blocksOf, type Line, lastReturned, type Piece, programLines, resultOf } from './code.ts';
import { type Spot, spotOf } from './literal.ts';
import { duration, WORDS } from './words.ts';

/** The call that a process is in; undefined: it is in none. */
export function openCall(process: ProcessView | undefined): CallView | undefined {
  if (process === undefined || process.state === 'exited' || process.state === 'killed') return undefined;
  const last = process.calls.at(-1);
  return last?.returned === undefined ? last : undefined;
}

/** Of calls whose moment the recording has passed: whether they outlast it. */
const outlasting = new WeakMap<CallView, boolean>();

/** True if the program waits in this call: it does not return within the moment in which it was made; the recording knows. */
export function isBlocked(call: CallView): boolean {
  const known = outlasting.get(call);
  if (known !== undefined) return known;
  const all = events.value;
  for (let index = call.n; index < length.value; index++) {
    const event = all[index];
    if (event === undefined) break;
    const isReturn = event.kind === 'call.returned' && event.entered === call.n;
    if (!isReturn && event.at === call.at) continue;
    outlasting.set(call, !isReturn || event.at !== call.at);
    return !isReturn || event.at !== call.at;
  }
  return true;
}

export function lengthOf(call: CallView): number {
  const length = fieldOf(call.args, 'length');
  return typeof length === 'number' ? length : 0;
}

function fieldOf(json: Json | undefined, name: string): Json | undefined {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return undefined;
  const found = Object.entries(json).find(([key]) => key === name);
  return found?.[1];
}

/** A box that scrolls must be reached by the keyboard. */
export const SCROLLS = { tabIndex: 0 } as const;

/** 'blocked in send: 12 of 20 copied, waiting for room' */
export function blockedWords(call: CallView): Text {
  switch (call.call) {
    case 'send':
      return WORDS.blockedSend(call.copied, lengthOf(call));
    case 'recv':
      return call.copied > 0 ? WORDS.blockedRecvSome(call.copied, lengthOf(call)) : WORDS.blockedRecv;
    case 'accept':
      return WORDS.blockedAccept;
    case 'connect':
      return WORDS.blockedConnect;
    case 'sleep':
      return WORDS.sleeping;
    default:
      return WORDS.blockedIn(call.call);
  }
}

interface ProgramProps {
  readonly host: string;
  readonly name: string | undefined;
  readonly process: ProcessView | undefined;
  readonly powered: boolean;
}

export function Program({ host, name, process, powered }: ProgramProps) {
  const lines = name === undefined ? undefined : facts.value?.programs[name]?.lines;
  const text = source.value;
  const hasText = lines !== undefined && text !== undefined;
  return (
    <section class="stage-program" aria-label={t(WORDS.programOf(host))} data-state={process?.state}>
      {name === undefined ? (
        <p class="stage-program-none">{t(WORDS.noProgram)}</p>
      ) : hasText ? (
        <Source host={host} name={name} text={text} from={lines[0]} to={lines[1]} process={process} powered={powered} />
      ) : (
        <Calls process={process} />
      )}
    </section>
  );
}

export function ProgramState({
  process,
  powered,
}: {
  readonly process: ProcessView | undefined;
  readonly powered: boolean;
}) {
  return <span class="stage-program-state">{powered ? stateWords(process) : t(WORDS.noPower)}</span>;
}

function stateWords(process: ProcessView | undefined): string {
  switch (process?.state) {
    case undefined:
      return t(WORDS.notStarted);
    case 'running':
      return t(WORDS.running);
    case 'stopped':
      return t(WORDS.stopped);
    case 'killed':
      return t(WORDS.killed);
    case 'exited': {
      const { exit } = process;
      const error = fieldOf(exit, 'error');
      if (typeof error === 'string') return t(WORDS.endedWith(error));
      return t(WORDS.exited);
    }
  }
}

export function ProgramButtons({ name, process, powered }: Omit<ProgramProps, 'host'>) {
  if (name === undefined) return null;
  const state = process?.state;
  const act = (verb: 'kill' | 'start' | 'stop' | 'cont') => () => actAtCursor({ do: verb, target: name });
  if (state === undefined || state === 'killed' || state === 'exited')
    return (
      <button
        type="button"
        class="stage-button"
        disabled={!powered}
        aria-label={t(WORDS.start(name))}
        onClick={act('start')}
      >
        {t(WORDS.startShort)}
      </button>
    );
  return (
    <>
      {state === 'stopped' ? (
        <button
          type="button"
          class="stage-button"
          disabled={!powered}
          aria-label={t(WORDS.cont(name))}
          onClick={act('cont')}
        >
          {t(WORDS.contShort)}
        </button>
      ) : (
        <button
          type="button"
          class="stage-button"
          disabled={!powered}
          aria-label={t(WORDS.stop(name))}
          onClick={act('stop')}
        >
          {t(WORDS.stopShort)}
        </button>
      )}
      <button
        type="button"
        class="stage-button stage-button-break"
        disabled={!powered}
        aria-label={t(WORDS.kill(name))}
        onClick={act('kill')}
      >
        {t(WORDS.killShort)}
      </button>
    </>
  );
}

interface SourceProps {
  readonly host: string;
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly process: ProcessView | undefined;
  readonly powered: boolean;
}

const NO_CALLS: readonly CallView[] = [];

/** Where in these lines the picked byte stands as a literal, if it is one that this program sent. */
function pickedSpot(host: string, lines: readonly Line[], calls: readonly CallView[]): Spot | undefined {
  const at = picked.value;
  if (at?.kind !== 'byte') return undefined;
  const { channels, hosts } = stage.value;
  const index = channels.findIndex(({ name, from }) => name === at.channel && from.host === host);
  if (index < 0) return undefined;
  const written = channels[index]?.ledger.written;
  const socket = hosts.find(({ name }) => name === host)?.sockets.find(({ sends }) => sends === index);
  /** Before its first byte is copied, what a call was given begins where the last one ended. */
  const begin = (call: CallView) => call.span?.from ?? (call.returned === undefined ? written : undefined);
  const isSender = (call: CallView) => {
    const from = begin(call);
    if (call.call !== 'send' || from === undefined) return false;
    const isOfSocket = socket?.id === undefined || call.socket === socket.id;
    return isOfSocket && at.offset >= from && at.offset < from + lengthOf(call);
  };
  const [call, ...others] = calls.filter(isSender);
  const from = call === undefined ? undefined : begin(call);
  if (call === undefined || from === undefined || others.length > 0) return undefined;
  return spotOf(lines, sites.value.get(call.n), bytesOf(index, from, from + lengthOf(call)), at.offset - from);
}

function Source({ host, name, text, from, to, process, powered }: SourceProps) {
  const box = useRef<HTMLElement>(null);

  const calls = process?.calls ?? NO_CALLS;
  const known = sites.value;
  const outside = blocksOf(text, [from, to], calls, known).join();
  const lines = useMemo(() => programLines(text, [from, to], outside), [text, from, to, outside]);
  const spot = pickedSpot(host, lines, calls);
  const returned = useMemo(() => lastReturned(calls, known), [calls, known]);
  const open = powered ? openCall(process) : undefined;
  const last = calls.at(-1);
  const lives = process?.state === 'running' || process?.state === 'stopped';
  const marked = last === undefined || !lives ? undefined : known.get(last.n);
  const blocked = open !== undefined && isBlocked(open);
  const shownLine = marked ?? (last === undefined ? from : 0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Told once the page is laid out, and not asked before: nothing is laid out twice. And told again when the box gives
    // room to the buffers below it: the line must stay in sight.
    const observer = new ResizeObserver(() => scrollTo(element, shownLine));
    observer.observe(element);
    return () => observer.disconnect();
  }, [shownLine, blocked, name]);
  return (
    <section class="stage-source" ref={box} {...SCROLLS} aria-label={t(WORDS.textOf(name))}>
      {lines.map((line) => {
        const isMarked = line.number === marked && powered;
        const isOpen = isMarked && open !== undefined;
        return (
          <LineOf
            key={line.number}
            line={line}
            spot={spot?.line === line.number ? spot : undefined}
            mark={!isMarked ? undefined : isOpen && blocked ? 'blocked' : 'running'}
            call={isOpen ? undefined : returned.get(line.number)}
            open={isOpen ? open : undefined}
          />
        );
      })}
    </section>
  );
}

/** Brings a line into the sight of its box. Only the box scrolls: scrollIntoView would move the page too. */
function scrollTo(box: HTMLElement, number: number): void {
  const line = box.querySelector<HTMLElement>(`[data-line="${number}"]`);
  if (line === null) return;
  const { scrollTop, clientHeight } = box;
  const margin = Math.max(0, Math.min(20, (clientHeight - line.offsetHeight) / 2));
  const below = line.offsetTop + line.offsetHeight + margin - (scrollTop + clientHeight);
  if (line.offsetTop - margin < scrollTop) box.scrollTop = line.offsetTop - margin;
  else if (below > 0) box.scrollTop = scrollTop + below;
}

interface LineProps {
  readonly line: Line;
  /** The character of the byte that is followed. */
  readonly spot: Spot | undefined;
  readonly mark: 'blocked' | 'running' | undefined;
  /** The last call that it made, returned. */
  readonly call: CallView | undefined;
  /** The call that it is in. */
  readonly open: CallView | undefined;
}

const LineOf = memo(function LineOf({ line, spot, mark, call, open }: LineProps) {
  return (
    <div
      class="stage-line"
      data-apart={line.apart || undefined}
      data-line={line.number}
      data-mark={mark}
      aria-current={mark === undefined ? undefined : 'step'}
    >
      <code class="stage-line-code">
        <span class="stage-line-sign" aria-hidden="true">
          {mark === undefined ? '' : '▸'}
        </span>
        {line.pieces.map((piece, index) => (
          <span key={`${index}`} class={`stage-code-${piece.as}`}>
            {spot?.piece === index ? <Ringed piece={piece} spot={spot} /> : piece.text}
          </span>
        ))}
      </code>
      {call !== undefined && <Result call={call} />}
      {mark === 'blocked' && open !== undefined && <Blocked call={open} />}
    </div>
  );
});

function Ringed({ piece: { text }, spot: { from, to } }: { readonly piece: Piece; readonly spot: Spot }) {
  return (
    <>
      {text.slice(0, from)}
      <mark class="stage-code-ringed">{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}

function Result({ call }: { readonly call: CallView }) {
  const result = resultOf(call);
  // That a sleep is over is nothing to read.
  if (result === undefined || (call.call === 'sleep' && !result.bad)) return null;
  return (
    <span class="stage-result" data-bad={result.bad || undefined}>
      → {result.text === '' ? t(WORDS.done) : result.text}
    </span>
  );
}

/** A component of its own: the time in it changes with every event, the program around it does not. */
function Blocked({ call }: { readonly call: CallView }) {
  const since = now.value - call.at;
  return (
    <span class="stage-blocked">
      {t(blockedWords(call))}
      {since > 0 && `, ${t(duration(since))}`}
    </span>
  );
}

function Calls({ process }: { readonly process: ProcessView | undefined }) {
  const box = useRef<HTMLOListElement>(null);
  const calls = process?.calls.slice(-40) ?? [];
  const open = openCall(process);
  const last = calls.at(-1)?.n;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [last, open]);
  if (calls.length === 0)
    return <p class="stage-program-none">{t(process === undefined ? WORDS.notStarted : WORDS.noCalls)}</p>;
  return (
    <ol class="stage-source" ref={box} {...SCROLLS} aria-label={t(WORDS.calls)}>
      {calls.map((call) => {
        const mark = call !== open ? undefined : isBlocked(call) ? 'blocked' : 'running';
        return <CallRow key={call.n} call={call} mark={mark} />;
      })}
    </ol>
  );
}

/** A call that has returned stays as it is: only the last one is drawn anew at each step. */
const CallRow = memo(function CallRow({ call, mark }: { readonly call: CallView; readonly mark: LineProps['mark'] }) {
  return (
    <li class="stage-line" data-mark={mark}>
      <code class="stage-line-code">
        <span class="stage-line-sign" aria-hidden="true">
          {mark === undefined ? '' : '▸'}
        </span>
        <span class="stage-code-call">{call.call}</span>({argsWords(call)})
      </code>
      <Result call={call} />
      {mark === 'blocked' && <Blocked call={call} />}
    </li>
  );
});

function argsWords({ args, socket }: CallView): string {
  const parts = socket === undefined ? [] : [socket];
  if (args !== null && typeof args === 'object' && !Array.isArray(args))
    for (const [name, value] of Object.entries(args)) {
      if (name === 'options' || name === 'backlog') continue;
      parts.push(typeof value === 'boolean' ? name : typeof value === 'object' ? name : String(value));
    }
  return parts.join(', ');
}
