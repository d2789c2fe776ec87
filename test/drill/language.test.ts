/** packetdrill's language: what is read, and what the reader of a wrong script is told. */
import { expect, test } from 'vitest';
import { drill } from '../../src/drill/drill.ts';
import { parseScript } from '../../src/drill/parser.ts';

const LISTEN = `
 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000 <mss 1000>
+0 > S. 0:0(0) ack 1 <mss 1460>
+.1 < . 1:1(0) ack 1 win 1000
+0 accept(3, ..., ...) = 4`;

const actionOf = (line: string) => parseScript(line).events[0]?.action;
const timeOf = (time: string) => parseScript(`${time} > . 1:1(0) ack 1`).events[0]?.time;

test('times: absolute, relative, any, ranges; in microseconds', () => {
  expect(timeOf('0')).toEqual({ kind: 'absolute', at: 0 });
  expect(timeOf('1.5')).toEqual({ kind: 'absolute', at: 1_500_000 });
  expect(timeOf('+.000001')).toEqual({ kind: 'relative', at: 1 });
  expect(timeOf('*')).toEqual({ kind: 'any' });
  expect(timeOf('+0~+5')).toEqual({ kind: 'relative-range', at: 0, to: 5_000_000 });
  expect(timeOf('1~2.5')).toEqual({ kind: 'absolute-range', at: 1_000_000, to: 2_500_000 });
});

test('a call that blocks says when it returns; results have errnos and notes', () => {
  expect(actionOf('+0...0.3 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)')).toEqual({
    kind: 'call',
    call: {
      name: 'read',
      returnsAt: 300_000,
      args: [{ kind: 'integer', value: 4 }, { kind: 'any' }, { kind: 'integer', value: 10 }],
      result: { kind: 'integer', value: -1 },
      errno: 'EAGAIN',
    },
  });
});

test('a packet: ECN, ports, flags, numbers, window, urgent pointer, options', () => {
  expect(
    actionOf('0 < [ect0] 1000 > 80 SEW 7:7(0) win 65535 urg 3 <mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7,FO abcd>'),
  ).toMatchObject({
    direction: 'in',
    packet: {
      protocol: 'tcp',
      ip: { ecn: 2 },
      ports: { source: 1000, destination: 80 },
      control: 2 | 64 | 128,
      seq: 7,
      window: 65_535,
      urgent: 3,
      options: [
        { kind: 'mss', value: 1460 },
        { kind: 'sackOK' },
        { kind: 'TS', val: 1, ecr: 2 },
        { kind: 'nop' },
        { kind: 'wscale', value: 7 },
        { kind: 'other', number: 34, data: [0xab, 0xcd] },
      ],
    },
  });
  expect(actionOf('0 > . 1:1(0) ack 5 <nop,nop,sack 1:2 3:4>')).toMatchObject({
    packet: {
      options: [
        { kind: 'nop' },
        { kind: 'nop' },
        {
          kind: 'sack',
          blocks: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    },
  });
  expect(actionOf('0 > . 1:1(0) ack 5 <...>')).toMatchObject({ packet: { options: undefined } });
  expect(actionOf('0 > P.5 1:3(2) ack 5')).toMatchObject({ packet: { control: 8 | 16 | 64 | 256 } });
  expect(actionOf('0 < icmp unreachable frag_needed mtu 1400 [1:1461(1460)]')).toMatchObject({
    packet: { protocol: 'icmp', type: 'unreachable', code: 'frag_needed', mtu: 1400, quoted: { seq: 1, length: 1460 } },
  });
});

test('definitions stand for words, at the head or from outside', () => {
  const { events, options } = parseScript('--define=WHO=4\n--mtu=1280\n 0 close(WHO) = OK', new Map([['OK', '0']]));
  expect(options.map(({ name, value }) => [name, value])).toEqual([['mtu', '1280']]);
  expect(events[0]?.action).toMatchObject({ call: { args: [{ value: 4 }], result: { value: 0 } } });
});

test.each([
  ['0 < S 0:5(0)', 1, '0:5(0): 0 and 0 bytes make 0, not 5'],
  ['0 > X 0:0(0)', 1, "'X' in 'X' is no flag"],
  ['\n0 close(3 = 0', 2, "expected ')', got '='"],
  ['0 > . 1:1(0) ack 1 <mss 1460,what 3>', 1, "TCP option 'what' is not known"],
  ['+1~+0 > . 1:1(0) ack 1', 1, 'the range of time goes backwards'],
  ['* close(3) = 0', 1, 'only a packet that goes out may come at any time'],
  ['0 `sysctl', 1, '` is never closed'],
  ['0 close(3) =', 1, 'expected a value, got the end of the script'],
  ['0 < gre : . 1:1(0)', 1, 'packets in packets (gre) are not supported'],
  ['--ip_version=ipv7\n0 close(3) = 0', 1, '--ip_version=ipv7 is not supported; allowed are ipv4, ipv6'],
  ['--what=1\n0 close(3) = 0', 1, '--what is not known'],
  ['0 fork() = 0', 1, 'fork() is not supported; allowed are'],
  ['0 close(WHAT) = 0', 1, "'WHAT' is not known"],
])('%s: %s', (text, line, message) => {
  const outcome = drill(text);
  expect(outcome.ok).toBe(false);
  expect(outcome.line).toBe(line);
  expect(outcome.message).toContain(message);
});

test.each([
  ['+0 write(4, ..., 10) = 9', 'expected write() = 9, got 10'],
  ['+0 read(4, ..., 10) = 5', 'expected read() to return at 0.100; it still blocks'],
  ['+0 read(4, ..., 10) = -1 EPIPE (x)', 'still blocks'],
  ['+0 recv(4, ..., 10, MSG_DONTWAIT) = 3', 'expected recv() = 3, got -1 EAGAIN (11)'],
  ['+.2 > . 1:1(0) ack 1', 'expected > . 1:1(0) ack 1 at 0.300; nothing was sent until 0.304'],
  ['+0 write(4, ..., 9) = 9\n+0 > P. 1:9(8) ack 1', 'got > P. 1:10(9) ack 1 at 0.100: the length differs'],
  ['+0 write(4, ..., 9) = 9\n+1 > P. 1:10(9) ack 1', 'got > P. 1:10(9) ack 1 at 0.100: the time differs'],
  ['+0 getsockopt(4, SOL_TCP, TCP_NODELAY, [1], [4]) = 0', 'getsockopt(): the value is 0, not 1'],
  ['+0 %{ assert tcpi_snd_cwnd == 3, tcpi_snd_cwnd }%', 'tcpi_snd_cwnd is 10'],
  ['+0 %{ assert tcpi_what == 3 }%', 'tcpi_what is not known here'],
])('a script that does not hold says what was there: %s', (text, message) => {
  const outcome = drill(`${LISTEN}\n${text}`);
  expect(outcome.ok).toBe(false);
  expect(outcome.message).toContain(message);
});

test('sysctls reach the host, those of a file beside the script too; what changes nothing is named', () => {
  const files = new Map([['./defaults.sh', 'sysctl -q net.ipv4.tcp_sack=0\nip tcp_metrics flush all\n']]);
  const script = `\`./defaults.sh
./set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0 /proc/sys/net/ipv4/tcp_rmem="4096 $((64*1024)) 131072" /proc/sys/net/ipv4/tcp_no_such=1\`
 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0...0.1 connect(3, ..., ...) = 0
+0 > S 0:0(0) win 32120 <mss 1460,nop,wscale 7>
+.1 < S. 0:0(0) ack 1 win 100
+0 > . 1:1(0) ack 1`;
  const outcome = drill(script, { readFile: (path) => files.get(path) });
  expect(outcome.message).toBeUndefined();
  expect(outcome.notes.ignored).toEqual(['ip tcp_metrics flush all', 'net.ipv4.tcp_no_such=1']);
});
