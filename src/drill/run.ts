/**
 * Runs a script: each event at its time, in virtual time, until one does not hold.
 *
 *     command   sysctls of the host               call      made now; one that blocks is tried again as things happen
 *     packet <  into the stack                    packet >  what the stack sends within its time, and nothing before it
 *     code      assertions about TCP_INFO
 *
 * Calls it: `drill.ts`.
 */

import type { Sink } from '../base/sink.ts';
import { MICROSECOND, type Nanoseconds } from '../base/time.ts';
import type { Profile } from '../host/profiles.ts';
import { tcpInfoOf } from '../socket/tcp-info.ts';
import type { Connection } from '../tcp/connection.ts';
import type { LayerEvent } from '../trace/event.ts';
import { parseAddress } from '../wire/address.ts';
import { CALLS } from './calls/table.ts';
import { CONSTANTS } from './constants.ts';
import { Descriptors } from './descriptors.ts';
import { inScript, joined, mismatch, type Seen, seenIn, shownTime } from './expect.ts';
import { Flows } from './flows.ts';
import { frameOf } from './inject.ts';
import { Kernel, type KernelOptions } from './kernel.ts';
import { PendingCall } from './pending.ts';
import { DrillProcess } from './process.ts';
import { runPython } from './python/statements.ts';
import { PythonError } from './python/tokens.ts';
import {
  type Call,
  type EventTime,
  type Script,
  ScriptError,
  type ScriptEvent,
  type ScriptPacket,
  type TcpPacket,
} from './script.ts';
import { type DrillSettings, settingsOfOptions } from './settings.ts';
import { type ReadFile, settingsOf } from './shell.ts';
import { shownPacket } from './show.ts';
import { numberOf } from './value.ts';

export interface DrillOptions {
  readonly profile: Profile;
  readonly seed: number;
  readonly sink: Sink<LayerEvent>;
  readonly onFrame: KernelOptions['onFrame'];
  /** Given the run's clock before anything happens. */
  readonly onClock: (now: () => Nanoseconds) => void;
  /** Text of a file beside the script. */
  readonly readFile: ReadFile;
}

/** What a script had that changed nothing, and what its code printed. */
export interface DrillNotes {
  readonly ignored: string[];
  readonly printed: string[];
}

export class DrillRun {
  readonly notes: DrillNotes = { ignored: [], printed: [] };
  readonly #script: Script;
  readonly #options: DrillOptions;
  readonly #settings: DrillSettings;
  readonly #sysctl: Record<string, string> = {};
  readonly #kernel: Kernel;
  readonly #descriptors: Descriptors;
  readonly #flows: Flows;
  /** The moment that `+` counts from. */
  #last: Nanoseconds = 0;
  #pending: PendingCall | undefined;

  /** @throws ScriptError for an option or a setting that cannot be */
  constructor(script: Script, options: DrillOptions) {
    this.#script = script;
    this.#options = options;
    this.#settings = settingsOfOptions(script.options);
    this.notes.ignored.push(...this.#settings.ignored);
    const { localAddress, prefixLength, gatewayAddress, mtu, remoteAddress, port } = this.#settings;
    for (const { action } of this.#leadingCommands()) Object.assign(this.#sysctl, this.#command(action.text));
    const { profile, seed, sink, onFrame, onClock } = options;
    let clock = () => 0;
    onClock(() => clock());
    this.#kernel = new Kernel({
      profile,
      sysctl: this.#sysctl,
      address: `${localAddress}/${prefixLength}`,
      gateway: parseAddress('--gateway_ip', gatewayAddress),
      mtu,
      seed,
      sink,
      onFrame,
    });
    const kernel = this.#kernel;
    clock = () => kernel.now;
    this.#descriptors = new Descriptors(new DrillProcess(this.#kernel, sink));
    this.#flows = new Flows(this.#kernel.address, parseAddress('--remote_ip', remoteAddress), port);
    this.#kernel.onChange = () => this.#pending?.tryAt(this.#kernel.now);
  }

  /** Virtual time that has passed. */
  get now(): Nanoseconds {
    return this.#kernel.now;
  }

  /** @throws ScriptError for the first event that does not hold */
  run(): void {
    for (const event of this.#script.events.slice(this.#leadingCommands().length)) {
      try {
        this.#event(event);
      } catch (error) {
        throw error instanceof PythonError ? new ScriptError(event.line, error.message) : error;
      }
    }
    this.#awaitCall();
  }

  #leadingCommands() {
    const commands: { action: { kind: 'command'; text: string } }[] = [];
    for (const { time, action } of this.#script.events) {
      if (time !== undefined || action.kind !== 'command') break;
      commands.push({ action });
    }
    return commands;
  }

  #event(event: ScriptEvent): void {
    const { action, line, time } = event;
    if (action.kind === 'packet' && action.direction === 'out') {
      this.#expect(action.packet, time, line);
      return;
    }
    const at = time === undefined ? this.#kernel.now : this.#momentOf(time);
    if (action.kind === 'call') this.#awaitCall();
    this.#kernel.advance(at);
    this.#last = at;
    switch (action.kind) {
      case 'command':
        this.#changeSysctl(this.#command(action.text), line);
        return;
      case 'packet':
        this.#kernel.inject(frameOf(action.packet, this.#flows.ofInbound(action.packet), this.#kernel, line));
        break;
      case 'call':
        this.#call(action.call, time, at, line);
        break;
      case 'code':
        this.#code(action.text, line);
        break;
    }
    this.#settleCall();
  }

  #momentOf(time: EventTime): Nanoseconds {
    if (time.kind === 'any') return this.#kernel.now;
    const base = time.kind.startsWith('relative') ? this.#last : 0;
    return base + time.at * MICROSECOND;
  }

  /** What it sets. */
  #command(text: string): Readonly<Record<string, string>> {
    const { sysctl, ignored } = settingsOf(text, this.#options.readFile);
    this.notes.ignored.push(...ignored);
    return sysctl;
  }

  #changeSysctl(values: Readonly<Record<string, string>>, line: number): void {
    try {
      this.#kernel.stack.changeSysctl(values);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) throw new ScriptError(line, error.message);
      throw error;
    }
  }

  // ---- calls ----

  #call(call: Call, time: EventTime | undefined, at: Nanoseconds, line: number): void {
    const base = time?.kind === 'relative' ? at - time.at * MICROSECOND : 0;
    const system = CALLS.get(call.name);
    if (system === undefined) {
      throw new ScriptError(line, `${call.name}() is not supported; allowed are ${[...CALLS.keys()].join(', ')}`);
    }
    const kernel = this.#kernel;
    const expected = numberOf(call.result, line);
    const attempt = system({
      descriptors: this.#descriptors,
      args: call.args,
      expected,
      line,
      now: () => kernel.now,
      wakeAt: (moment) => void kernel.schedule(moment, () => {}),
      defaults: {
        address: kernel.addressText,
        any: kernel.address.family === 'ipv6' ? '::' : '0.0.0.0',
        remote: this.#settings.remoteAddress,
        port: this.#settings.port,
      },
      underTest: (what) => this.#flows.underTest(what),
    });
    const returnsAt = call.returnsAt === undefined ? undefined : base + call.returnsAt * MICROSECOND;
    this.#pending = new PendingCall(call, line, at, returnsAt, expected, attempt);
    this.#pending.tryAt(kernel.now);
    kernel.settle();
  }

  /** A call that has returned is judged; one that should have returned at once gets its tolerance. */
  #settleCall(): void {
    const pending = this.#pending;
    if (pending === undefined || (pending.answer === undefined && pending.returnsAt !== undefined)) return;
    this.#awaitCall();
  }

  /** The call that is going on returns, or is too late. */
  #awaitCall(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const { tolerance } = this.#settings;
    this.#kernel.advance(pending.deadline(tolerance), () => pending.answer !== undefined);
    const complaint = pending.complaint(tolerance);
    if (complaint !== undefined) throw new ScriptError(pending.line, complaint);
    this.#pending = undefined;
  }

  // ---- packets that go out ----

  #expect(expected: ScriptPacket, time: EventTime | undefined, line: number): void {
    const { tolerance } = this.#settings;
    const kernel = this.#kernel;
    const isAny = time === undefined || time.kind === 'any';
    const from = isAny ? 0 : this.#momentOf(time);
    const isRange = !isAny && (time.kind === 'absolute-range' || time.kind === 'relative-range');
    const to = isAny ? Number.POSITIVE_INFINITY : isRange ? from + (time.to - time.at) * MICROSECOND : from;
    const words = `> ${shownPacket(expected)}`;
    kernel.advance(isAny ? kernel.now + LONGEST_WAIT : to + tolerance, () => kernel.sent.length > 0);
    const seen = this.#take(expected);
    const when = isAny
      ? 'at any time'
      : isRange
        ? `at ${shownTime(from)} to ${shownTime(to)}`
        : `at ${shownTime(from)}`;
    if (seen === undefined) {
      throw new ScriptError(line, `expected ${words} ${when}; nothing was sent until ${shownTime(kernel.now)}`);
    }
    const flow = this.#flows.ofOutbound(seen);
    if (flow === undefined) {
      throw new ScriptError(
        line,
        `expected ${words}; a packet of another connection was sent at ${shownTime(seen.at)}`,
      );
    }
    if (expected.protocol === 'tcp' && seen.packet.protocol === 'tcp') {
      flow.learn(expected.seq, seen.packet.seq, seen.packet.control);
      learnStamp(flow, expected, seen.packet);
    }
    const got = inScript(seen.packet, flow);
    const wrong = mismatch(expected, got);
    const told = `got > ${shownPacket(plain(got, expected))} at ${shownTime(seen.at)}`;
    if (wrong !== undefined) throw new ScriptError(line, `expected ${words} ${when}, ${told}: ${wrong}`);
    if (seen.at < from - tolerance || seen.at > to + tolerance) {
      throw new ScriptError(line, `expected ${words} ${when}, ${told}: the time differs`);
    }
    this.#last = isAny || isRange ? seen.at : from;
  }

  /** The next packet that was sent; as many segments together as the script expects in one. */
  #take(expected: ScriptPacket): Seen | undefined {
    let seen = this.#shift();
    while (seen !== undefined && expected.protocol === 'tcp' && seen.packet.protocol === 'tcp') {
      if (seen.packet.length >= expected.length) break;
      const next = this.#kernel.sent[0];
      const following = next === undefined ? undefined : seenIn(next);
      const both = following === undefined ? undefined : joined(seen, following);
      if (both === undefined) break;
      this.#shift();
      seen = both;
    }
    return seen;
  }

  #shift(): Seen | undefined {
    for (let sent = this.#kernel.sent.shift(); sent !== undefined; sent = this.#kernel.sent.shift()) {
      const seen = seenIn(sent);
      sent.frame.release();
      if (seen !== undefined) return seen;
    }
    return undefined;
  }

  // ---- code ----

  #code(text: string, line: number): void {
    const connection = this.#descriptors.last?.socket.connection;
    const info = connection === undefined ? undefined : tcpInfoOf(connection, this.#kernel.now);
    const { printed, failed } = runPython(text, (name) => {
      if (name.startsWith('tcpi_') && info === undefined) throw new PythonError(`${name}: there is no connection yet`);
      return info?.[name] ?? CONSTANTS[name];
    });
    this.notes.printed.push(...printed);
    if (failed !== undefined)
      throw new ScriptError(line, `${failed} (at ${shownTime(this.#kernel.now)}${stateOf(connection)})`);
  }
}

/** Longer than any timer of TCP. */
const LONGEST_WAIT: Nanoseconds = 3 * 3600 * 1e9;

function stateOf(connection: Connection | undefined): string {
  return connection === undefined ? '' : `, ${connection.state}`;
}

function learnStamp(
  flow: { learnStamp(script: number, live: number): void },
  expected: TcpPacket,
  got: TcpPacket,
): void {
  const wanted = expected.options?.find((option) => option.kind === 'TS');
  const sent = got.options?.find((option) => option.kind === 'TS');
  if (wanted?.kind === 'TS' && sent?.kind === 'TS') flow.learnStamp(wanted.val, sent.val);
}

/** What the script does not speak of is not told. */
function plain(got: ScriptPacket, expected: ScriptPacket): ScriptPacket {
  if (got.protocol !== 'tcp' || expected.protocol !== 'tcp') return got;
  const { ip, window, options } = expected;
  return {
    ...got,
    ip: { ...got.ip, ecn: ip.ecn === undefined ? undefined : got.ip.ecn },
    window: window === undefined ? undefined : got.window,
    options: options === undefined ? [] : got.options,
  };
}
