/** The headers of an answer as they stand on the wire: the same on Node and on a simulated host, but for the hour. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { both } from './both.ts';

/** What a server's answer is, byte by byte, with the date taken out if it is today's. */
async function answer(serve: http.RequestListener, lines: readonly string[] = []): Promise<string[]> {
  const server = http.createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write(['GET / HTTP/1.1', 'Host: a', 'Connection: close', ...lines, '', ''].join('\r\n'));
  let text = '';
  client.on('data', (data) => {
    text += data;
  });
  await once(client, 'close');
  server.close();
  const now = new Date();
  return text
    .replace(/Date: ([^\r]*)/, (line, date: string) => {
      if (Math.abs(Date.parse(date) - now.getTime()) > 60_000) return line;
      expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
      return 'Date: now';
    })
    .trimEnd()
    .split('\r\n');
}

const END = ['Connection: close', '', 'ok'];

both(
  'Date stands behind the program’s own headers',
  ['HTTP/1.1 200 OK', 'X-One: 1', 'Content-Length: 2', 'Date: now', 'Connection: close', '', 'ok'],
  async (tell) => {
    const lines = await answer((_request, response) => {
      response.writeHead(200, { 'X-One': '1', 'Content-Length': 2 });
      response.end('ok');
    });
    for (const line of lines) tell(line);
  },
);

both(
  'headers may be pairs, with a name more than once',
  ['HTTP/1.1 201 Created', 'Set-Cookie: a=1', 'Set-Cookie: b=2', 'Content-Length: 2', 'Date: now', ...END],
  async (tell) => {
    const lines = await answer((_request, response) => {
      response.writeHead(201, [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Content-Length', '2'],
      ] as unknown as http.OutgoingHttpHeader[]);
      response.end('ok');
    });
    for (const line of lines) tell(line);
  },
);

both(
  'a Date of the program’s own is left as it is, and where it is',
  ['HTTP/1.1 200 OK', 'date: mine', 'Content-Length: 2', ...END],
  async (tell) => {
    const lines = await answer((_request, response) => {
      response.writeHead(200, ['date', 'mine', 'Content-Length', '2']);
      response.end('ok');
    });
    for (const line of lines) tell(line);
  },
);

both('what was sent is not among the headers that were set', [[false, []]], async (tell) => {
  await answer((_request, response) => {
    response.end('ok', () => tell(response.hasHeader('date'), response.getHeaderNames()));
  });
});

both('without sendDate there is none', [false], async (tell) => {
  const lines = await answer((_request, response) => {
    response.sendDate = false;
    response.end('ok');
  });
  tell(lines.some((line) => line.startsWith('Date')));
});
