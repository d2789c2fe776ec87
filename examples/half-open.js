import { simulate } from 'halfopen';

const world = simulate({ seed: 7 });
const a = world.host('A', { address: '10.0.0.1' });
const b = world.host('B', { address: '10.0.1.2' });
const router = world.router('R');
world.cable(a, router, { delay: '5ms' });
world.cable(router, b, { delay: '5ms' });

a.spawn('server', async (os) => {
  const socket = await (await os.listen(7000)).accept();
  for (const buffer = new Uint8Array(64); ; ) os.print('recv →', await socket.recv(buffer));
});
const client = b.spawn('client', async (os) => {
  const socket = await os.connect('A', 7000);
  os.print('send →', await socket.send('hello'));
  await os.sleep('2s');
  os.print('send →', await socket.send('are you there?')); // the power is off by now: send() only copies
  await socket.recv(new Uint8Array(64)).catch((error) => os.print('recv →', error.code));
});

await world.run({ for: '1s' });
a.powerOff(); // nobody tells B: the connection is half-open
await world.run({ for: '1min' });
const { written, received, unacknowledged } = world.ledger()[0];
a.powerOn(); // A has forgotten everything, and says so as soon as it is asked
await world.run();

for (const { at, text } of client.printed) console.log(`${at} ms: ${text}`);
console.log('after a minute:', { written, received, unacknowledged });
const [{ process, call, result, after }] = world.breaks()[0].noticed;
console.log(`the power-off was noticed by ${process}: ${call} → ${result}, after ${after} ms`);
