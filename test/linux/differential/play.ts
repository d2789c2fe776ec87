/**
 * Plays a script on two machines and keeps what each call answered, and what poll(2) and TCP_INFO say of both ends after
 * each step, once all that the step sent has come to rest.
 */
import { until } from '../live-server.ts';
import type { Answer, End, Party } from './party.ts';
import { type Step, shownStep } from './script.ts';

/** One line for each step: 'x send 12 → 12 | x in out ESTABLISHED | y …'. */
export type Log = readonly string[];

interface Side {
  readonly party: Party;
  /** Its own port, where it listens and from where it connects; and the other's. */
  readonly port: number;
  readonly other: number;
  listener: End | undefined;
  stream: End | undefined;
  /** Bytes that it has sent. */
  sent: number;
}

const NONE: Answer = '-';

/** `number` makes the ports of this script, so that no other's remains are met. */
export async function play(script: readonly Step[], x: Party, y: Party, number: number): Promise<Log> {
  const ports = { x: 10_000 + 2 * number, y: 10_001 + 2 * number };
  const sides = { x: sideOf(x, ports.x, ports.y), y: sideOf(y, ports.y, ports.x) };
  const log: string[] = [];
  for (const step of script) {
    const answer = perform(sides[step.who], step);
    await rest(sides.x, sides.y);
    log.push(`${shownStep(step)} → ${answer} | x ${shown(sides.x)} | y ${shown(sides.y)}`);
  }
  for (const side of [sides.x, sides.y]) {
    side.stream?.setLinger();
    close(side);
    closeListener(side);
  }
  await rest(sides.x, sides.y);
  return log;
}

const sideOf = (party: Party, port: number, other: number): Side => ({
  party,
  port,
  other,
  listener: undefined,
  stream: undefined,
  sent: 0,
});

const shown = ({ stream }: Side): string => (stream === undefined ? NONE : `${stream.poll()} ${stream.state()}`);

function perform(side: Side, step: Step): Answer {
  switch (step.do) {
    case 'listen':
      return listen(side, step.backlog);
    case 'connect':
      return connect(side);
    case 'accept':
      return accept(side);
    case 'close':
      return close(side);
    case 'close-listener':
      return closeListener(side);
    default:
      return side.stream === undefined ? NONE : performOnStream(side, side.stream, step);
  }
}

function performOnStream(side: Side, stream: End, step: Step): Answer {
  switch (step.do) {
    case 'send': {
      const answer = stream.send(side.sent, step.length);
      side.sent += Number.parseInt(answer, 10) || 0;
      return answer;
    }
    case 'recv':
      return stream.recv(step.length, false);
    case 'peek':
      return stream.recv(step.length, true);
    case 'shutdown':
      return stream.shutdown(step.how);
    case 'linger':
      return stream.setLinger();
    case 'error':
      return stream.error();
    case 'peer':
      return stream.peer();
    case 'listen-again':
      return stream.listen(1);
    default:
      return NONE;
  }
}

function listen(side: Side, backlog: number): Answer {
  if (side.listener !== undefined) return side.listener.listen(backlog);
  const socket = side.party.socket();
  const bound = socket.bind(side.port);
  if (bound !== '0') {
    socket.close();
    return bound;
  }
  side.listener = socket;
  return socket.listen(backlog);
}

/** Asked again, of the same socket. */
function connect(side: Side): Answer {
  if (side.stream === undefined) {
    const socket = side.party.socket();
    // Where it listens it cannot connect from: an ephemeral port serves as well, and is not compared.
    side.stream = socket;
  }
  return side.stream.connect(side.other);
}

function accept(side: Side): Answer {
  if (side.listener === undefined || side.stream !== undefined) return NONE;
  const taken = side.listener.accept();
  if (typeof taken === 'string') return taken;
  side.stream = taken;
  return 'a connection';
}

function close(side: Side): Answer {
  const { stream } = side;
  side.stream = undefined;
  side.sent = 0;
  return stream?.close() ?? NONE;
}

function closeListener(side: Side): Answer {
  const { listener } = side;
  side.listener = undefined;
  return listener?.close() ?? NONE;
}

/** An ACK may be delayed; then these last a moment, and how long is not compared. */
const WAITING: readonly Answer[] = ['FIN-WAIT-1', 'CLOSING', 'LAST-ACK'];

const waits = ({ stream }: Side): boolean => stream !== undefined && WAITING.includes(stream.state());

/** Settles when all that was sent has arrived, and what that led to has come back. */
async function rest(x: Side, y: Side): Promise<void> {
  await there(x.party, y.party);
  if (!waits(x) && !waits(y)) return;
  await until('every FIN is acknowledged', () => !waits(x) && !waits(y));
  await there(x.party, y.party);
}

let marks = 0;

/** Datagrams that go the same way are behind all that was sent before them; twice, since it may be answered. */
async function there(x: Party, y: Party): Promise<void> {
  for (let trip = 0; trip < 2; trip++) {
    const mark = ++marks;
    x.sendMark(mark);
    await until('a datagram of X has come to Y', () => y.takeMark() === mark);
    y.sendMark(mark);
    await until('a datagram of Y has come to X', () => x.takeMark() === mark);
  }
}
