/** One host: its program and application buffers above the line, its operating system's socket below it. */
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import './host.css';
import { t } from '../language.ts';
import { actAtCursor } from '../run/runner.ts';
import type { CallView, ChannelView, HostView, ProcessView, SocketView } from '../stage/model.ts';
import { facts } from '../state.ts';
import { TypeBox } from '../typing/typing.tsx';
import { Buffer } from './buffer.tsx';
import type { Run } from './cells.ts';
import { isBlocked, lengthOf, openCall, Program, ProgramButtons, ProgramState } from './program.tsx';
import { Scroller } from './scroller.tsx';
import { OtherSockets, ReceiveBuffer, SendBuffer, SocketHead, UdpFacts } from './socket.tsx';
import { connectionOf, receiveRuns, sendRuns, userOf } from './sockets.ts';
import { Waits } from './waits.tsx';
import { WORDS } from './words.ts';

export interface HostProps {
  readonly host: HostView;
  readonly side: 'left' | 'right';
  /** Its end of the connection that is shown; and the connection's channels, as this host sends and receives them. */
  readonly socket: SocketView | undefined;
  readonly sends: number | undefined;
  readonly receives: number | undefined;
  readonly channels: readonly ChannelView[];
  /** Does its cable carry a signal? */
  readonly light: boolean;
  /** The program that the user chose to see. */
  readonly chosen: string | undefined;
  readonly chooseProgram: (name: string) => void;
  readonly chooseConnection: (channel: string) => void;
}

/** Names of a host's programs: those that the scenario has, and those that the recording tells of. */
function programsOf(host: HostView): string[] {
  const planned = Object.entries(facts.value?.programs ?? {});
  const names = planned.filter(([, plan]) => plan.host === host.name).map(([name]) => name);
  return [...new Set([...names, ...host.processes.map(({ name }) => name)])];
}

export function Host(props: HostProps) {
  const { host, side, socket, sends, receives, channels, light, chosen, chooseProgram, chooseConnection } = props;
  const { name, powered } = host;
  const names = programsOf(host);
  const connection = connectionOf(sends === undefined ? undefined : channels[sends]);
  const program = names.find((one) => one === chosen) ?? socket?.process ?? userOf(host, connection) ?? names[0];
  const process = host.processes.findLast((one) => one.name === program);
  const udp = socket === undefined ? host.sockets.find((one) => one.kind === 'udp') : undefined;
  const listening =
    socket === undefined && sends === undefined ? host.sockets.find((one) => one.kind === 'listening') : undefined;
  const drawn = socket ?? udp ?? listening;
  const isOver = host.processes.length > 0 && host.processes.every(hasEnded);
  const none = t(sends !== undefined ? WORDS.noSocket : isOver ? WORDS.noConnectionBelief : WORDS.noConnection);
  return (
    <section class="stage-host" data-side={side} data-dark={!powered || undefined} aria-label={name}>
      <Waits call={powered ? blockedIn(process) : undefined} drawn={drawn} />
      <header class="stage-host-head">
        <h2>{name}</h2>
        <Role names={names} shown={program} choose={chooseProgram} />
        <ProgramState process={process} powered={powered} />
        <span class="stage-host-buttons">
          <ProgramButtons name={program} process={process} powered={powered} />
          <button
            type="button"
            class="stage-button stage-button-break"
            aria-label={t(powered ? WORDS.powerOff(name) : WORDS.powerOn(name))}
            onClick={() => actAtCursor({ do: powered ? 'power-off' : 'power-on', target: name })}
          >
            {t(powered ? WORDS.powerOffShort : WORDS.powerOnShort)}
          </button>
        </span>
      </header>
      <Program host={name} name={program} process={process} powered={powered} />
      <AppBuffers
        host={name}
        lost={!powered}
        program={program}
        process={process}
        socket={drawn}
        channels={channels}
        sends={sends}
        receives={receives}
      />
      <div class="stage-border">
        <span>{t(WORDS.application)}</span>
        <span>{t(WORDS.os)}</span>
      </div>
      <SocketHead host={host} socket={drawn} none={powered ? none : t(WORDS.noPower)} />
      {udp !== undefined ? (
        <Scroller class="stage-udp-box" name={t(WORDS.socketOf(name))}>
          <UdpFacts host={name} socket={udp} />
        </Scroller>
      ) : (
        <Buffers {...props} />
      )}
      <Scroller class="stage-host-rest" name={t(WORDS.otherSocketsOf(name))}>
        <OtherSockets host={host} shown={drawn} channels={channels} choose={chooseConnection} />
      </Scroller>
      <footer class="stage-host-link">
        <span class="stage-light" data-on={(light && powered) || undefined} />
        <span>{t(light && powered ? WORDS.linkOn : WORDS.linkOff)}</span>
        <span class="stage-host-address">IP {host.addresses.join(', ')} · Ethernet</span>
      </footer>
    </section>
  );
}

function hasEnded({ state }: ProcessView): boolean {
  return state === 'exited' || state === 'killed';
}

function blockedIn(process: ProcessView | undefined): CallView | undefined {
  const open = openCall(process);
  return open !== undefined && isBlocked(open) ? open : undefined;
}

/** The socket's two buffers, each beside the lane that it feeds, or that feeds it. */
function Buffers({ host: { name, powered }, side, socket, sends, receives, channels }: HostProps) {
  const inLane = side === 'left' ? 'up' : 'down';
  const outLane = side === 'left' ? 'down' : 'up';
  // Without power the buffers stay on the paper, crossed out: what lay in them is what was lost.
  const holds = socket !== undefined || !powered;
  const lies = (index: number | undefined, runsOf: (channel: ChannelView) => readonly Run[]): boolean => {
    const channel = index === undefined ? undefined : channels[index];
    return channel !== undefined && runsOf(channel).length > 0;
  };
  const receiving = (
    <ReceiveBuffer
      key="receive"
      host={name}
      channel={holds && receives !== undefined ? channels[receives] : undefined}
      index={receives}
      limit={socket?.receiveLimit}
      lane={inLane}
      lost={!powered}
      absent={socket === undefined && (powered || !lies(receives, receiveRuns))}
    />
  );
  const sending = (
    <SendBuffer
      key="send"
      host={name}
      channel={holds && sends !== undefined ? channels[sends] : undefined}
      index={sends}
      limit={socket?.sendLimit}
      lane={outLane}
      lost={!powered}
      absent={socket === undefined && (powered || !lies(sends, sendRuns))}
    />
  );
  return side === 'left' ? [receiving, sending] : [sending, receiving];
}

interface RoleProps {
  readonly names: readonly string[];
  readonly shown: string | undefined;
  readonly choose: (name: string) => void;
}

function Role({ names, shown, choose }: RoleProps): ComponentChildren {
  if (names.length < 2) return <span class="stage-host-role">{shown ?? ''}</span>;
  return (
    <select
      class="stage-host-role"
      aria-label={t(WORDS.program)}
      value={shown}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface AppBuffersProps {
  readonly host: string;
  /** With the power: its bytes are crossed out. */
  readonly lost: boolean;
  readonly program: string | undefined;
  readonly process: ProcessView | undefined;
  readonly socket: SocketView | undefined;
  readonly channels: readonly ChannelView[];
  readonly sends: number | undefined;
  readonly receives: number | undefined;
}

/** The buffers that the program gave to its last `send` and its last `recv`, and what it printed. */
function AppBuffers({ host, lost, program, process, socket, channels, sends, receives }: AppBuffersProps) {
  const calls = process?.calls ?? [];
  // Whoever looks at a connection that is over still sees its calls, and no other's: bytes are told by their channel.
  const connection = connectionOf(sends === undefined ? undefined : channels[sends]);
  const isGone = process?.state === 'killed' && !lost;
  const [sent, got] = useMemo(() => {
    const isOfIt = (call: CallView) =>
      socket?.id === undefined ? call.connection === connection : call.socket === socket.id;
    const last = (name: string) => calls.findLast((call) => call.call === name && isOfIt(call));
    return isGone ? [] : [last('send'), last('recv')];
  }, [calls, socket?.id, connection, isGone]);
  const printed = process?.printed.at(-1);
  return (
    <Scroller class="stage-app" name={t(WORDS.memoryOf(host))}>
      <TypeBox name={program} process={process} />
      {lost && <p class="stage-host-lost">{t(WORDS.lostWithPower)}</p>}
      {!lost && sent === undefined && got === undefined && (isGone || printed === undefined) && (
        <p class="stage-app-none">
          {t(isGone ? WORDS.lostWithProgram : process?.state === 'exited' ? WORDS.nothingAtAll : WORDS.nothingYet)}
        </p>
      )}
      {sent !== undefined && (
        <Sent
          host={host}
          lost={lost}
          call={sent}
          index={sends}
          channel={sends === undefined ? undefined : channels[sends]}
        />
      )}
      {got !== undefined && (
        <Got
          host={host}
          lost={lost}
          call={got}
          index={receives}
          channel={receives === undefined ? undefined : channels[receives]}
        />
      )}
      {printed !== undefined && (
        <p class="stage-printed">
          <span class="stage-buffer-title">{t(WORDS.prints)}</span> <q>{printed.text}</q>
        </p>
      )}
    </Scroller>
  );
}

interface CallBufferProps {
  readonly host: string;
  readonly lost: boolean;
  readonly call: CallView;
  readonly index: number | undefined;
  readonly channel: ChannelView | undefined;
}

function Sent({ host, lost, call, index, channel }: CallBufferProps) {
  const length = lengthOf(call);
  const from = call.span?.from ?? channel?.ledger.written ?? 0;
  // Of a datagram socket no copy is told: a datagram is taken whole, or not at all.
  const copied = channel === undefined && call.returned?.error === undefined ? length : call.copied;
  const runs: Run[] = [
    { state: 'copied', from, to: from + copied },
    // What failed or was cut short stays the program's: it waits for nothing.
    {
      state: 'waiting',
      from: from + copied,
      to: call.returned === undefined ? from + length : from + copied,
    },
  ];
  return (
    <Buffer
      owner="application"
      title={`send(${length})`}
      name={t(WORDS.sendAppBufferOf(host))}
      channel={index !== undefined && channel !== undefined ? { index, name: channel.name } : undefined}
      runs={runs.filter((run) => run.to > run.from)}
      limit={undefined}
      room="free"
      count={t(WORDS.sent(copied, length))}
      lost={lost}
    />
  );
}

function Got({ host, lost, call, index, channel }: CallBufferProps) {
  const length = lengthOf(call);
  const span = call.span ?? { from: 0, to: call.copied };
  const runs: Run[] = span.to > span.from ? [{ state: 'read', from: span.from, to: span.to }] : [];
  return (
    <Buffer
      owner="application"
      title={`recv(${length})`}
      name={t(WORDS.recvAppBufferOf(host))}
      channel={index !== undefined && channel !== undefined ? { index, name: channel.name } : undefined}
      runs={runs}
      limit={length}
      room="free"
      count={t(WORDS.got(call.copied, length))}
      lost={lost}
    />
  );
}
