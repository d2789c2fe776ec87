/** Timers as handles: what is done with one after it was set, the same on Node and on a simulated host. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { scheduler, setInterval as ticks } from 'node:timers/promises';
import { both } from './both.ts';

const sleep = (delay: number) => new Promise<void>((resolve) => setTimeout(resolve, delay));

both('a timer that was cleared is not set again by refresh()', ['done'], async (tell) => {
  const timer = setTimeout(() => tell('fired'), 5);
  clearTimeout(timer);
  timer.refresh();
  await sleep(20);
  tell('done');
});

both('a timer that has fired is set again by refresh()', ['fired', 'fired'], async (tell) => {
  const timer = setTimeout(() => tell('fired'), 5);
  await sleep(20);
  timer.refresh();
  await sleep(20);
});

both('a timer is cleared by its number, or the number as a text', ['done'], async (tell) => {
  clearTimeout(Number(setTimeout(() => tell('fired'), 5)));
  clearTimeout(String(Number(setTimeout(() => tell('fired'), 5))));
  clearInterval(Number(setInterval(() => tell('fired'), 5)));
  await sleep(20);
  tell('done');
});

both('a callback is called on its timer, and may clear it there', ['timeout', 'tick', 'tick'], async (tell) => {
  const timer = setTimeout(function (this: unknown) {
    tell(this === timer ? 'timeout' : 'another');
  }, 1);
  await sleep(20);
  let count = 0;
  setInterval(function (this: NodeJS.Timeout) {
    tell('tick');
    count += 1;
    if (count === 2) clearInterval(this);
  }, 5);
  await sleep(50);
});

both('an immediate that is not counted does not hold the program', ['done'], async (tell) => {
  await new Promise<void>((resolve) => {
    const immediate = setImmediate(function (this: unknown) {
      tell(this === immediate && !immediate.hasRef() ? 'done' : 'another');
      resolve();
    }).unref();
    setImmediate(() => {});
  });
});

both('ticks of timers/promises come one after the other', ['a', 'a', 'a', 'waited'], async (tell) => {
  let count = 0;
  for await (const value of ticks(5, 'a')) {
    tell(value);
    count += 1;
    if (count === 3) break;
  }
  await scheduler.wait(5);
  tell('waited');
});

both('ticks that are aborted end with an AbortError', [['AbortError', 'ABORT_ERR']], async (tell) => {
  const controller = new AbortController();
  try {
    for await (const _ of ticks(5, undefined, { signal: controller.signal })) controller.abort();
  } catch (error) {
    tell((error as Error).name, (error as NodeJS.ErrnoException).code);
  }
});

both('a socket whose time-out was taken back has none, whatever passes on it', ['hello', 'close'], async (tell) => {
  const server = net.createServer((socket) => socket.write('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.setTimeout(20, () => tell('timeout'));
  client.setTimeout(0);
  client.on('timeout', () => tell('timeout'));
  client.on('data', (data) => tell(String(data)));
  await sleep(60);
  client.destroy();
  await once(client, 'close');
  tell('close');
  server.close();
});

both(
  'what libraries look at below a timer',
  [
    [5, false],
    [5, true],
    [-1, true],
  ],
  async (tell) => {
    const looked = (timer: NodeJS.Timeout) => [Reflect.get(timer, '_idleTimeout'), Reflect.get(timer, '_destroyed')];
    const timer = setTimeout(() => {}, 5);
    tell(...looked(timer));
    await sleep(30);
    tell(...looked(timer));
    const cleared = setTimeout(() => {}, 5);
    clearTimeout(cleared);
    tell(...looked(cleared));
  },
);

both('the interval in which an http server checks its connections ends with it', [false, true], async (tell) => {
  const server = http.createServer();
  const checks = (): unknown => {
    const symbol = Object.getOwnPropertySymbols(server).find(
      ({ description }) => description === 'http.server.connectionsCheckingInterval',
    );
    return symbol && Reflect.get(Reflect.get(server, symbol), '_destroyed');
  };
  server.listen(0, '127.0.0.1', () => {
    tell(checks());
    server.close();
  });
  await once(server, 'close');
  tell(checks());
});
