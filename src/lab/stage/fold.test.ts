import { expect, test } from 'vitest';
import { A, ack, B, ConnectedTrace, data } from '../../../test/support/connected-trace.ts';
import { record } from '../../../test/support/recordings.ts';
import type { Event } from '../../trace/event.ts';
import { Checkpoints } from './checkpoints.ts';
import type { HostView, ProcessView, SocketView, StageModel } from './model.ts';
import { RecordingIndex } from './recording.ts';

class Show {
  readonly events: readonly Event[];
  readonly #checkpoints: Checkpoints;

  constructor(events: readonly Event[]) {
    this.events = events;
    const index = new RecordingIndex({ events });
    index.grow();
    this.#checkpoints = new Checkpoints(index);
  }

  at(cursor: number): StageModel {
    return this.#checkpoints.at(cursor);
  }

  /** After the first event for which a condition holds. */
  after(holds: (event: Event) => boolean, from = 0): StageModel {
    const found = this.events.findIndex((event, i) => i >= from && holds(event));
    if (found < 0) throw new Error('no such event');
    return this.at(found + 1);
  }

  get end(): StageModel {
    return this.at(this.events.length);
  }
}

async function show(...args: Parameters<typeof record>): Promise<Show> {
  return new Show(await record(...args));
}

function host({ hosts }: StageModel, name: string): HostView {
  const found = hosts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

function process(model: StageModel, name: string): ProcessView {
  const found = model.hosts.flatMap(({ processes }) => processes).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no process ${name}`);
  return found;
}

function states(sockets: readonly SocketView[]): (string | undefined)[] {
  return sockets.map(({ id, state }) => `${id ?? 'OS'} ${state}`);
}

const returns = (call: string, host: string) => (event: Event) =>
  event.kind === 'call.returned' && event.call === call && event.host === host;
const enters = (call: string, host: string) => (event: Event) =>
  event.kind === 'call.entered' && event.call === call && event.host === host;

test('before the first event there is nothing; then hosts with their addresses, and cables', async () => {
  const copy = await show('copy');
  expect(copy.at(0)).toEqual({
    cursor: 0,
    at: 0,
    hosts: [],
    cables: [],
    channels: [],
    breaks: [],
    mended: [],
    ended: [],
  });
  const { hosts, cables } = copy.after(({ kind }) => kind === 'process.started');
  expect(hosts.map(({ name, addresses, powered, profile }) => [name, addresses, powered, profile])).toEqual([
    ['A', ['10.0.0.1'], true, 'linux'],
    ['B', ['10.0.0.2'], true, 'linux'],
  ]);
  const options = { delay: 5_000_000, mtu: 1500 };
  expect(cables).toEqual([
    { name: 'cable', a: 'A', b: 'B', options, back: options, cut: 'no', carrier: true, frames: [] },
  ]);
});

test('a call says what was copied for it, and where in its channel that lies', async () => {
  const copy = await show('copy');
  const [, send] = process(copy.after(enters('send', 'B')), 'client').calls;
  expect(send).toMatchObject({ call: 'send', socket: 'tcp:3', returned: undefined, copied: 0, span: undefined });
  const [, sent] = process(copy.after(returns('send', 'B')), 'client').calls;
  expect(sent).toMatchObject({ copied: 20, span: { from: 0, to: 20 }, returned: { result: 20 } });
  const received = process(copy.end, 'server').calls.find(({ call }) => call === 'recv');
  expect(received).toMatchObject({ copied: 20, span: { from: 0, to: 20 } });
});

test('a send that blocks has copied a part, and more as room comes', async () => {
  const full = await show('full-buffer');
  const parts = full.events.filter((event) => event.kind === 'socket.copied' && event.direction === 'in');
  const entered = parts.find((one, i) => parts[i + 1]?.kind === 'socket.copied' && one.cause > 0);
  if (entered?.kind !== 'socket.copied') throw new Error('some send copies several times');
  const seen = parts.filter((one) => one.kind === 'socket.copied' && one.entered === entered.entered);
  let copied = 0;
  for (const part of seen) {
    if (part.kind !== 'socket.copied') continue;
    copied += part.bytes;
    const call = process(full.at(part.n), part.process).calls.find(({ n }) => n === part.entered);
    expect(call?.copied).toBe(copied);
    expect((call?.span?.to ?? 0) - (call?.span?.from ?? 0)).toBe(copied);
  }
  expect(seen.length).toBeGreaterThan(1);
});

test('a connection that nobody has accepted yet is the operating system’s alone, then the program’s', async () => {
  const copy = await show('copy');
  const waiting = copy.after((event) => event.kind === 'tcp.state' && event.host === 'A' && event.to === 'ESTABLISHED');
  expect(states(host(waiting, 'A').sockets)).toEqual(['tcp:3 LISTEN', 'OS ESTABLISHED']);
  const accepted = copy.after(returns('accept', 'A'));
  const [listening, connected] = host(accepted, 'A').sockets;
  expect(listening).toMatchObject({ kind: 'listening', process: 'server', local: '0.0.0.0:7000', remote: undefined });
  expect(connected).toMatchObject({ id: 'tcp:4', kind: 'tcp', sends: 1, receives: 0, sendLimit: 32, receiveLimit: 32 });
});

test('a connection that its program has closed stays the operating system’s until TIME-WAIT is over', async () => {
  const copy = await show('copy');
  expect(states(host(copy.after(returns('close', 'B')), 'B').sockets)).toEqual(['OS FIN-WAIT-1']);
  const wait = copy.after((event) => event.kind === 'tcp.state' && event.to === 'TIME-WAIT');
  expect(states(host(wait, 'B').sockets)).toEqual(['OS TIME-WAIT']);
  expect(host(copy.end, 'B').sockets).toEqual([]);
});

test('a socket knows its connection as soon as connect has begun it', async () => {
  const copy = await show('copy');
  const begun = copy.after((event) => event.kind === 'tcp.state' && event.to === 'SYN-SENT');
  expect(host(begun, 'B').sockets).toMatchObject([
    { id: 'tcp:3', state: 'SYN-SENT', remote: '10.0.0.1:7000', sends: 0 },
  ]);
});

test('a program that is killed holds no socket any more, and its operating system lives', async () => {
  const kill = await show('kill-unread');
  const killed = kill.after(({ kind }) => kind === 'process.killed');
  expect(process(killed, 'client')).toMatchObject({ state: 'killed', exit: undefined });
  expect(host(killed, 'B')).toMatchObject({ powered: true, sockets: [{ id: undefined, process: undefined }] });
  expect(process(kill.end, 'client')).toMatchObject({ state: 'killed', exit: { signal: 'SIGKILL' } });
  expect(kill.end.breaks).toMatchObject([{ kind: 'kill', target: 'client', noticed: [{ process: 'server' }] }]);
});

test('a host without power has no socket and no running program, and can be switched on again', async () => {
  const reboot = await show('power-off-reboot');
  const off = host(
    reboot.after(({ kind }) => kind === 'host.powered-off'),
    'B',
  );
  expect(off).toMatchObject({ powered: false, sockets: [], processes: [{ name: 'client', state: 'killed' }] });
  expect(host(reboot.end, 'B').powered).toBe(true);
});

test('frames are on their cable from where they were sent until they arrive, and say what becomes of them', async () => {
  const copy = await show('copy');
  const sending = copy.after((event) => event.kind === 'frame.sent' && event.length === 74 && event.at > 0, 35);
  const frames = sending.cables[0]?.frames ?? [];
  const data = frames.find(({ tcp }) => tcp?.span !== undefined);
  expect(data).toMatchObject({ from: 'B', protocol: 'tcp', tcp: { channel: 0, span: { from: 0, to: 8 }, flags: '.' } });
  expect(data?.fate).toMatchObject({ kind: 'delivered', at: 25_000_000 });
  expect(copy.end.cables[0]?.frames).toEqual([]);
});

test('a cut cable loses the frames that were on it, and is whole again when mended', async () => {
  const cut = await show('cut-mended');
  const broken = cut.after(({ kind }) => kind === 'cable.cut');
  expect(broken.cables.map((cable) => cable.cut)).toContain('both');
  expect(cut.end.cables.map((cable) => cable.cut)).not.toContain('both');
  const lost = cut.events.find((event) => event.kind === 'frame.dropped' && 'frame' in event);
  if (lost?.kind !== 'frame.dropped' || !('frame' in lost)) throw new Error('frames are lost');
  const before = cut.at(lost.frame).cables.flatMap(({ frames }) => frames);
  expect(before.find(({ n }) => n === lost.frame)?.fate).toMatchObject({ kind: 'dropped', reason: 'cut' });
});

test('the window is what the sender has heard, not what the receiver has just made room for', () => {
  const trace = new ConnectedTrace();
  const cursor = () => trace.recorder.events.length;
  const before = cursor();
  trace.travel(B, A, data(0, 'abcdef'));
  const arrived = cursor();
  const sent = trace.send(A, B, { ...ack(6), window: 26 });
  const answered = cursor();
  trace.deliver('B', sent);
  const heard = cursor();
  const shown = new Show(trace.recorder.events);
  const windowAt = (at: number) => shown.at(at).channels[0]?.window;
  expect(windowAt(arrived)).toBe(windowAt(before));
  expect(windowAt(answered)).toBe(windowAt(before));
  expect(windowAt(heard)).toBe(26);
});

test('the window never counts the FIN, and is never more than the buffer that it stands for', async () => {
  const copy = await show('copy');
  for (let cursor = 0; cursor <= copy.events.length; cursor++) {
    for (const { window } of copy.at(cursor).channels) expect(window ?? 0).toBeLessThanOrEqual(32);
  }
  expect(copy.end.channels.map(({ fin }) => fin)).toEqual([
    { sent: true, received: true },
    { sent: true, received: true },
  ]);
});

test('what lies behind a hole is shown where it lies', async () => {
  const file = await show('file', { set: { bytes: 200_000, loss: 0.05 } });
  let most = 0;
  for (let cursor = 0; cursor <= file.events.length; cursor += 7) {
    const [channel] = file.at(cursor).channels;
    if (channel === undefined) continue;
    let bytes = 0;
    for (const { from, to } of channel.outOfOrder) bytes += to - from;
    expect(bytes).toBe(channel.ledger.outOfOrder);
    most = Math.max(most, channel.outOfOrder.length);
  }
  expect(most).toBeGreaterThan(0);
});

test('a bound UDP socket holds whole datagrams until they are read, and none that found no room', async () => {
  const show6 = await show('datagrams');
  const held = (model: StageModel) =>
    host(model, 'A').sockets.map(({ datagrams }) => datagrams?.map((one) => one.length));
  const delivered = show6.after(({ kind, host: at }) => kind === 'frame.delivered' && at === 'A', 33);
  expect(held(delivered)).toEqual([[3]]);
  expect(held(show6.after(enters('recv', 'A')))).toEqual([[3, 5, 4]]);
  expect(held(show6.after(returns('recv', 'A')))).toEqual([[5, 4]]);
  const full = show6.after(({ kind }) => kind === 'udp.dropped');
  expect(held(full)).toEqual([[8, 8, 8, 8]]);
  const [first] = host(full, 'A').sockets[0]?.datagrams ?? [];
  expect(first?.from).toMatch(/^10\.0\.0\.2:\d+$/);
  expect(first?.bytes).toHaveLength(8);
});

test('a UDP socket counts what it sent, read and refused, beyond the calls that are kept', () => {
  const at = 1000;
  const event = (n: number, rest: object) => ({ n, at, host: 'A', cause: 0, ...rest }) as Event;
  const events = [
    event(1, { kind: 'host.added', name: 'A', what: 'host', addresses: ['10.0.0.1/24'] }),
    event(2, { kind: 'process.started', process: 'server' }),
    event(3, { kind: 'call.entered', process: 'server', call: 'bind', socket: 'udp:1', args: { port: 7000 } }),
    event(4, { kind: 'call.returned', process: 'server', call: 'bind', entered: 3, result: null }),
  ];
  const call = { process: 'server', call: 'send', socket: 'udp:1' };
  for (let n = 5; n < 605; n += 2) {
    events.push(event(n, { kind: 'call.entered', ...call, args: { length: 4 } }));
    events.push(event(n + 1, { kind: 'call.returned', ...call, entered: n, result: 4 }));
  }
  const dropped = { kind: 'udp.dropped', local: '0.0.0.0:7000', from: '10.0.0.2:51000', bytes: 8 };
  events.push(event(605, dropped), event(606, dropped));
  const [socket] = host(new Show(events).end, 'A').sockets;
  expect(socket?.tallies).toEqual({
    sent: { count: 300, bytes: 1200 },
    read: { count: 0, bytes: 0 },
    refused: { count: 2, bytes: 16 },
  });
});

test('a break that was mended says when', async () => {
  const cut = await show('cut-mended');
  const [broken] = cut.end.breaks;
  const mended = cut.events.find(({ kind }) => kind === 'cable.mended');
  expect(cut.after(({ kind }) => kind === 'cable.cut').mended).toEqual([]);
  expect(cut.end.mended).toEqual([{ broken: broken?.n, at: mended?.at }]);
});
