/** Our stack against the real kernel: its curl, its ping, its TCP; and tshark as a judge of our frames. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { toPcap } from '../../src/trace/pcap.ts';
import { Recorder } from '../../src/trace/recorder.ts';
import { needs } from '../support/needs.ts';
import { PLATFORM } from '../support/trace-writer.ts';
import { LiveServer, URL_BASE, until } from './live-server.ts';

const linux = needs({ root: true, tun: true, namespaces: true, programs: ['ip', 'curl', 'tshark'] });

const MEBIBYTE = 1 << 20;

linux.describe('the kernel talks to our stack over a TAP device', () => {
  let server: LiveServer | undefined;
  afterEach(() => {
    server?.stop();
    server = undefined;
  });

  linux.test('ping is answered', async () => {
    server = await LiveServer.start();
    expect(await server.run('ping', '-c', '3', '-i', '0.01', '10.77.0.2')).toContain('3 received, 0% packet loss');
  });

  linux.test('curl gets a file of 100 MiB with the same SHA-256', async () => {
    server = await LiveServer.start();
    const sum = server.file('big.bin', 100 * MEBIBYTE);
    expect(await server.curl('big.bin')).toBe(sum);
  });

  linux.test('50 curls at once each get their own file', async () => {
    const live = await LiveServer.start();
    server = live;
    const sums = Array.from({ length: 50 }, (_, n) => live.file(`${n}.bin`, 300_000 + n));
    expect(await Promise.all(sums.map((_, n) => live.curl(`${n}.bin`)))).toEqual(sums);
    await until('all connections are closed', () => open(live).every(({ state }) => state === 'TIME-WAIT'));
    expect(live.host.framesHeld).toBe(0);
  });

  linux.test('a transfer survives a cable that loses 2 % and reorders', async () => {
    server = await LiveServer.start({ impairment: { loss: 0.02, reorder: 0.02 }, seed: 7 });
    const sum = server.file('some.bin', 4 * MEBIBYTE);
    expect(await server.curl('some.bin')).toBe(sum);
    expect(server.host.impaired.lost).toBeGreaterThan(20);
    expect(server.host.impaired.reordered).toBeGreaterThan(20);
  });

  linux.test('bytes that a client uploads reach the program as they are', async () => {
    const live = await LiveServer.start();
    server = live;
    const listener = await live.host.process.listen(7, { backlog: 1 });
    const echoed = live.run(
      'bash',
      '-c',
      'exec 3<>/dev/tcp/10.77.0.2/7; seq 1 20000 >&3 & timeout 20 head -c 108894 <&3',
    );
    const socket = await listener.accept();
    const buffer = new Uint8Array(1000);
    for (let total = 0; total < 108_894; ) {
      const count = await socket.recv(buffer);
      expect(count).toBeGreaterThan(0);
      expect(await socket.send(buffer.subarray(0, count))).toBe(count);
      total += count;
    }
    expect((await echoed).split('\n').slice(0, 20_000)).toEqual(Array.from({ length: 20_000 }, (_, n) => `${n + 1}`));
    await socket.close();
  });

  linux.test('we connect to a server of the kernel, and a closed port refuses', async () => {
    const live = await LiveServer.start();
    server = live;
    const served = live.spawn(
      'bash',
      '-c',
      'exec python3 -u -m http.server 8000 --bind 10.77.0.1 --directory /sys/class/net 2>&1',
    );
    await once(served.stdout ?? served, 'data');
    const socket = await live.host.process.connect('10.77.0.1', 8000);
    await socket.send('GET / HTTP/1.0\r\n\r\n');
    const buffer = new Uint8Array(65536);
    let text = '';
    for (;;) {
      const count = await socket.recv(buffer);
      if (count === 0) break;
      text += Buffer.from(buffer.subarray(0, count)).toString();
    }
    expect(text).toMatch(/^HTTP\/1\.0 200 OK\r\n/);
    expect(text).toContain('tap0');
    await socket.close();
    served.kill();
    await once(served, 'exit');
    await expect(live.host.process.connect('10.77.0.1', 9)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  linux.test('curl is killed in the middle, and the stack has freed the connection', async () => {
    const live = await LiveServer.start();
    server = live;
    live.file('big.bin', 50 * MEBIBYTE);
    const curl = live.spawn('curl', '--silent', '--limit-rate', '2M', '--output', '/dev/null', `${URL_BASE}/big.bin`);
    await until('a part has arrived', () => open(live).some(({ bytesAcked }) => bytesAcked > MEBIBYTE));
    const [connection] = [...live.service.connections];
    curl.kill('SIGKILL');
    await once(curl, 'exit');
    await until('no connection is left in the stack', () => [...live.host.stack.connections()].length === 0);
    await until('nor in the server', () => [...live.service.connections].length === 0);
    expect(connection?.socket.status().state).toBe('CLOSED');
    expect(live.host.framesHeld).toBe(0);
    // And the next one is served as if nothing had been.
    expect(
      await live.run(
        'curl',
        '--silent',
        '--range',
        '0-9',
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code}',
        `${URL_BASE}/big.bin`,
      ),
    ).toBe('206');
  });

  linux.test('tshark, on the kernel’s side, finds no malformed frame and no bad checksum', async () => {
    const live = await LiveServer.start({ impairment: { loss: 0.01, reorder: 0.01 }, seed: 1 });
    server = live;
    const sum = live.file('some.bin', 2 * MEBIBYTE);
    const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
    try {
      const capture = join(folder, 'tap.pcap');
      const tshark = live.spawn('tshark', '-q', '-i', 'tap0', '-w', capture);
      await once(tshark.stderr ?? tshark, 'data');
      let told = '';
      tshark.stderr?.on('data', (text) => {
        told += text;
      });
      await until('tshark captures', () => told.includes('Capturing on') || told.includes('Capture started'));
      expect(await live.curl('some.bin')).toBe(sum);
      await live.run('ping', '-c', '1', '10.77.0.2').catch(() => '');
      tshark.kill('SIGINT');
      await once(tshark, 'exit');
      await expectTrueFrames(live, capture, 1000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  linux.test('tshark finds the same in a capture that we wrote ourselves', async () => {
    const recorder = new Recorder('frames', PLATFORM);
    const live = await LiveServer.start({ recorder });
    server = live;
    const sum = live.file('some.bin', MEBIBYTE);
    const folder = mkdtempSync(join(tmpdir(), 'halfopen-'));
    try {
      expect(await live.curl('some.bin')).toBe(sum);
      const capture = join(folder, 'ours.pcap');
      writeFileSync(capture, toPcap(recorder.events));
      await expectTrueFrames(live, capture, 700);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** What the stack holds, as status() tells it. */
function open(live: LiveServer): { readonly state: string; readonly bytesAcked: number }[] {
  return [...live.host.stack.connections()].map((connection) => {
    const { state } = connection;
    return { state, bytesAcked: connection.status().info.bytesAcked };
  });
}

/**
 * At least `count` frames of ours are there, each with right checksums; none of any sender is malformed, from Ethernet to
 * TCP. The kernel's checksums are not judged: where the sum is 0 it writes 0xffff into TCP too (skb_checksum_help), which
 * tshark calls wrong (RFC 1624), about once in 65,536 segments. Nor is what lies above TCP: after a retransmission tshark
 * loses its place in the response, reads the middle of a random file as HTTP, and calls that malformed in about one capture
 * of fifty.
 */
async function expectTrueFrames(live: LiveServer, capture: string, count: number): Promise<void> {
  const checked = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
  const frames = async (filter: string): Promise<string[]> => {
    const printed = await live.run(
      'tshark',
      '-n',
      '-r',
      capture,
      ...checked,
      '-d',
      'tcp.port==80,data',
      '-Y',
      filter,
      '-T',
      'fields',
      '-e',
      'frame.number',
      '-e',
      '_ws.col.Info',
    );
    return printed.split('\n').filter((line) => line !== '');
  };
  const wrong = 'ip.checksum.status == 0 || tcp.checksum.status == 0 || icmp.checksum.status == 0';
  expect(await frames(`_ws.malformed || (ip.src == 10.77.0.2 && (${wrong}))`)).toEqual([]);
  const ours = await frames('ip.src == 10.77.0.2 && tcp');
  expect(ours.length).toBeGreaterThan(count);
  expect(await frames('ip.src == 10.77.0.2 && tcp && ip.checksum.status == 1 && tcp.checksum.status == 1')).toEqual(
    ours,
  );
}
