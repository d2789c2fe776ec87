/** A socket below the line: its state, its two addresses, its two buffers; and the others of its host as a list. */
import { memo } from 'preact/compat';
import './socket.css';
import { t } from '../language.ts';
import type { ChannelView, HostView, SocketView, Tally } from '../stage/model.ts';
import { Buffer } from './buffer.tsx';
import { FEW } from './cells.ts';
import { Datagrams } from './datagrams.tsx';
import { isQueued, receiveRuns, sendRuns } from './sockets.ts';
import { number, WORDS } from './words.ts';

/** 'TCP ESTABLISHED · 10.0.0.1:7000 ↔ 10.0.0.2:51000' */
export function SocketHead({
  host,
  socket,
  none,
}: {
  readonly host: HostView;
  readonly socket: SocketView | undefined;
  readonly none: string;
}) {
  if (socket === undefined)
    return (
      <div class="stage-socket-head" data-none>
        {none}
      </div>
    );
  const orphan = socket.kind === 'tcp' && socket.process === undefined;
  return (
    <div class="stage-socket-head">
      <span class="stage-socket-state">
        {socket.kind === 'udp' ? 'UDP' : `TCP ${socket.kind === 'listening' ? 'LISTEN' : (socket.state ?? '')}`}
      </span>
      <span class="stage-socket-ends">
        <span>{socket.local ?? ''}</span>
        {socket.remote !== undefined && <span> ↔ {socket.remote}</span>}
      </span>
      {orphan && <span class="stage-socket-orphan">{t(isQueued(socket, host) ? WORDS.inQueue : WORDS.orphan)}</span>}
    </div>
  );
}

interface TcpBufferProps {
  readonly host: string;
  readonly channel: ChannelView | undefined;
  readonly index: number | undefined;
  readonly limit: number | undefined;
  readonly lane: 'up' | 'down';
  readonly lost: boolean;
  readonly absent: boolean;
}

export const SendBuffer = memo(function SendBuffer({
  host,
  channel,
  index,
  limit,
  lane,
  lost,
  absent,
}: TcpBufferProps) {
  const known = channel !== undefined && index !== undefined;
  return (
    <Buffer
      owner="tcp"
      title={t(WORDS.sendBuffer)}
      name={t(WORDS.sendBufferOf(host))}
      channel={known ? { index, name: channel.name } : undefined}
      runs={known ? sendRuns(channel) : []}
      limit={limit}
      room="free"
      lane={lane}
      lost={lost}
      absent={absent}
    />
  );
});

export const ReceiveBuffer = memo(function ReceiveBuffer({
  host,
  channel,
  index,
  limit,
  lane,
  lost,
  absent,
}: TcpBufferProps) {
  const known = channel !== undefined && index !== undefined;
  return (
    <Buffer
      owner="tcp"
      title={t(WORDS.receiveBuffer)}
      name={t(WORDS.receiveBufferOf(host))}
      channel={known ? { index, name: channel.name } : undefined}
      runs={known ? receiveRuns(channel) : []}
      limit={limit}
      room="window"
      offered={limit !== undefined && limit > FEW ? channel?.window : undefined}
      lane={lane}
      lost={lost}
      absent={absent}
    />
  );
});

interface OthersProps {
  readonly host: HostView;
  readonly shown: SocketView | undefined;
  readonly channels: readonly ChannelView[];
  readonly choose: (channel: string) => void;
}

/** All sockets of the host but the one that is drawn: one line each, with what lies in their buffers. */
export const OtherSockets = memo(function OtherSockets({ host, shown, channels, choose }: OthersProps) {
  const others = host.sockets.filter((socket) => socket !== shown);
  if (others.length === 0) return null;
  return (
    <ul class="stage-others" aria-label={t(WORDS.otherSockets)}>
      {others.map((socket, index) => (
        <Other
          key={`${socket.id ?? index} ${socket.local} ${socket.remote}`}
          host={host}
          socket={socket}
          channels={channels}
          choose={choose}
        />
      ))}
    </ul>
  );
});

interface OtherProps {
  readonly host: HostView;
  readonly socket: SocketView;
  readonly channels: readonly ChannelView[];
  readonly choose: (channel: string) => void;
}

function Other({ host, socket, channels, choose }: OtherProps) {
  if (socket.kind === 'listening') {
    const queued = host.sockets.filter((one) => isQueued(one, host)).length;
    return (
      <li class="stage-other" data-listening>
        <span class="stage-socket-state">LISTEN</span> <span class="stage-socket-ends">{socket.local}</span>
        <span class="stage-other-note">{t(WORDS.acceptQueue(queued))}</span>
      </li>
    );
  }
  if (socket.kind === 'udp')
    return (
      <li class="stage-other" data-socket={socket.id}>
        <span class="stage-socket-state">UDP</span> <span class="stage-socket-ends">{socket.local}</span>
      </li>
    );
  const sends = socket.sends === undefined ? undefined : channels[socket.sends];
  const receives = socket.receives === undefined ? undefined : channels[socket.receives];
  const first = channels[Math.min(socket.sends ?? 0, socket.receives ?? 0)];
  const words = `${socket.local ?? ''} ↔ ${socket.remote ?? ''}`;
  return (
    <li class="stage-other" data-socket={socket.id}>
      <button
        type="button"
        class="stage-other-button"
        title={t(WORDS.showConnection(words))}
        onClick={() => first !== undefined && choose(first.name)}
      >
        <span class="stage-socket-state">{socket.state ?? 'TCP'}</span>
        <span class="stage-socket-ends">{socket.remote ?? socket.local}</span>
        <Small word={t(WORDS.unread)} bytes={receives?.ledger.unread ?? 0} state="unread" index={socket.receives} />
        <Small
          word={t(WORDS.unacknowledged)}
          bytes={sends?.ledger.unacknowledged ?? 0}
          state="unacknowledged"
          index={socket.sends}
        />
        {socket.process === undefined && (
          <span class="stage-other-note">{t(isQueued(socket, host) ? WORDS.inQueue : WORDS.orphan)}</span>
        )}
      </button>
    </li>
  );
}

interface SmallProps {
  readonly word: string;
  readonly bytes: number;
  readonly state: string;
  readonly index: number | undefined;
}

function Small({ word, bytes, state, index = 0 }: SmallProps) {
  if (bytes === 0) return null;
  return (
    <span class="stage-small" data-hue={index % 2 === 0 ? 'forth' : 'back'}>
      <i class="stage-swatch" data-state={state} /> {number(bytes)} {word}
    </span>
  );
}

/** What is known of a UDP socket. */
export function UdpFacts({ host, socket }: { readonly host: string; readonly socket: SocketView }) {
  const { sent, read, refused } = socket.tallies;
  return (
    <div class="stage-udp">
      <dl>
        <Row word={t(WORDS.datagramsSent)} tally={sent} />
        <Row word={t(WORDS.datagramsRead)} tally={read} />
        {refused.count > 0 && <Row word={t(WORDS.datagramsLost)} tally={refused} bad />}
      </dl>
      {socket.datagrams !== undefined && <Datagrams host={host} datagrams={socket.datagrams} />}
      <p>{t(WORDS.udpPromise)}</p>
    </div>
  );
}

function Row({ word, tally, bad = false }: { readonly word: string; readonly tally: Tally; readonly bad?: boolean }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{word}</dt>
      <dd>{t(WORDS.datagrams(tally.count, tally.bytes))}</dd>
    </div>
  );
}
