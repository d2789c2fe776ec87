import { expect, test } from 'vitest';
import { A, ack, B, ConnectedTrace, data, IRS } from '../../test/support/connected-trace.ts';
import { ACK, FIN, RST } from './headers.ts';
import { findBreaks } from './noticed.ts';

/** 'process call result +ms' of each notice, a list for each break. */
function noticed(trace: ConnectedTrace): string[][] {
  return findBreaks(trace.recorder.events).map((one) =>
    one.noticed.map(({ process, call, result, after }) => `${process} ${call} ${result} +${after / 1e6}`),
  );
}

function cut(trace: ConnectedTrace): number {
  return trace.emit('', { kind: 'cable.cut', cable: 'cable', direction: 'both', carrier: 'kept' });
}

test('a break that no call told of was noticed by nobody', () => {
  const trace = new ConnectedTrace();
  cut(trace);
  trace.call('A', 'recv', { length: 10 });
  expect(findBreaks(trace.recorder.events)).toMatchObject([{ kind: 'cut', target: 'cable', noticed: [] }]);
});

test('a cut is noticed by the silence that follows, once for each process', () => {
  const trace = new ConnectedTrace();
  const recv = trace.call('A', 'recv', { length: 10 });
  cut(trace);
  trace.now += 924_600_000_000;
  trace.fails('A', recv, 'ETIMEDOUT');
  trace.returns('A', trace.call('A', 'recv', { length: 10 }), 0);
  trace.fails('B', trace.call('B', 'send', { length: 10 }), 'EHOSTUNREACH');
  expect(noticed(trace)).toEqual([['server recv ETIMEDOUT +924600', 'client send EHOSTUNREACH +924600']]);
});

test('a normal close beside a break tells nobody of it', () => {
  const trace = new ConnectedTrace();
  trace.call('B', 'close', {});
  trace.travel(B, A, data(0, '', FIN | ACK));
  cut(trace);
  trace.returns('A', trace.call('A', 'recv', { length: 10 }), 0);
  trace.fails('A', trace.call('A', 'send', { length: 1 }), 'ECONNRESET');
  expect(noticed(trace)).toEqual([[]]);
});

test('a cable that is not on the way breaks nothing', () => {
  const trace = new ConnectedTrace();
  trace.host('C', '10.0.1.1');
  trace.cable('other', 'A', 'C');
  trace.emit('', { kind: 'cable.cut', cable: 'other', direction: 'both', carrier: 'kept' });
  trace.fails('B', trace.call('B', 'recv', { length: 10 }), 'ETIMEDOUT');
  expect(noticed(trace)).toEqual([[]]);
});

test('after the mending silence counts until something was heard', () => {
  const trace = new ConnectedTrace();
  cut(trace);
  trace.emit('', { kind: 'cable.mended', cable: 'cable' });
  trace.fails('A', trace.call('A', 'send', { length: 1 }), 'ETIMEDOUT');
  trace.travel(A, B, ack(0));
  trace.fails('B', trace.call('B', 'send', { length: 1 }), 'ETIMEDOUT');
  expect(noticed(trace)).toEqual([['server send ETIMEDOUT +0']]);
});

test('who learns that the other side had given up because of a cut has noticed it too', () => {
  const trace = new ConnectedTrace();
  cut(trace);
  trace.fails('A', trace.call('A', 'recv', { length: 1 }), 'ETIMEDOUT');
  trace.emit('', { kind: 'cable.mended', cable: 'cable' });
  trace.travel(B, A, data(0, 'x'));
  trace.travel(A, B, { seq: IRS + 1, control: RST });
  trace.fails('B', trace.call('B', 'recv', { length: 1 }), 'ECONNRESET');
  expect(noticed(trace)).toEqual([['server recv ETIMEDOUT +0', 'client recv ECONNRESET +10']]);
});

test('a kill is noticed by the FIN or RST that the dead process left, not by one from before', () => {
  const trace = new ConnectedTrace();
  const kill = trace.emit('B', { kind: 'process.killed', process: 'client' });
  trace.travel(B, A, data(0, '', FIN | ACK), kill);
  trace.returns('A', trace.call('A', 'recv', { length: 1 }), 0);
  expect(noticed(trace)).toEqual([['server recv 0 +5']]);

  const polite = new ConnectedTrace();
  polite.call('B', 'shutdown', { how: 'write' });
  polite.travel(B, A, data(0, '', FIN | ACK));
  polite.emit('B', { kind: 'process.killed', process: 'client' });
  polite.returns('A', polite.call('A', 'recv', { length: 1 }), 0);
  expect(noticed(polite)).toEqual([[]]);
});

test('a power cut is noticed by silence, or by the reset that the new system sends', () => {
  const trace = new ConnectedTrace();
  trace.emit('B', { kind: 'host.powered-off' });
  trace.emit('B', { kind: 'host.powered-on' });
  const recv = trace.call('A', 'recv', { length: 1 });
  trace.travel(A, B, { ...ack(0), data: 'x' });
  const reset = trace.travel(B, A, { ...data(0, ''), control: RST });
  trace.fails('A', recv, 'ECONNRESET', reset);
  expect(noticed(trace)).toEqual([['server recv ECONNRESET +10']]);
});

test('a stopped process is noticed by a time that the other program has set, unless that passes without it', () => {
  const trace = new ConnectedTrace();
  trace.emit('B', { kind: 'process.stopped', process: 'client' });
  trace.fails('A', trace.call('A', 'recv', { length: 1, dontWait: true }), 'EAGAIN');
  const recv = trace.call('A', 'recv', { length: 1 });
  trace.now += 2_000_000_000;
  trace.fails('A', recv, 'EAGAIN');
  expect(noticed(trace)).toEqual([['server recv EAGAIN +2000']]);

  const impatient = new ConnectedTrace();
  const timesOut = () => {
    const entered = impatient.call('A', 'recv', { length: 1 });
    impatient.now += 1_000_000_000;
    impatient.fails('A', entered, 'EAGAIN');
  };
  timesOut();
  impatient.emit('B', { kind: 'process.stopped', process: 'client' });
  timesOut();
  expect(noticed(impatient)).toEqual([[]]);
});

test('a new connection fails at what is broken, and its errno tells', () => {
  const trace = new ConnectedTrace();
  cut(trace);
  const connect = trace.call('B', 'connect', { host: 'A', port: 7000 }, 'tcp:9');
  trace.now += 3_000_000_000;
  trace.fails('B', connect, 'EHOSTUNREACH');
  trace.emit('A', { kind: 'process.killed', process: 'server' });
  trace.fails('B', trace.call('B', 'connect', { host: 'A', port: 7000 }, 'tcp:10'), 'ECONNREFUSED');
  trace.fails('B', trace.call('B', 'connect', { host: 'A', port: 80 }, 'tcp:11'), 'ECONNREFUSED');
  expect(noticed(trace)).toEqual([['client connect EHOSTUNREACH +3000'], ['client connect ECONNREFUSED +0']]);
});

test("the error that getOption takes is a notice; a fault of one's own is none", () => {
  const trace = new ConnectedTrace();
  cut(trace);
  trace.returns('A', trace.call('A', 'getOption', { name: 'SO_ERROR' }), 0);
  trace.returns('A', trace.call('A', 'getOption', { name: 'SO_ERROR' }), 110);
  trace.call('B', 'shutdown', { how: 'write' });
  trace.fails('B', trace.call('B', 'send', { length: 1 }), 'EPIPE');
  expect(noticed(trace)).toEqual([['server getOption ETIMEDOUT +0']]);
});
