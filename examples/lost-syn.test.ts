/**
 * A lost SYN: connect() takes a second longer, exactly.
 * Asked in Shopify/toxiproxy#123; the loss of single packets in toxiproxy#578 and tokio-rs/turmoil#185.
 */
import net from 'node:net';
import { nodeProgram } from 'halfopen/node';
import { expect, test } from 'halfopen/vitest';

test('the SYN goes again after the first time-out of one second', async ({ world }) => {
  const a = world.host('server', { address: '10.0.0.2' });
  const b = world.host('client', { address: '10.0.1.2' });
  const router = world.router('R');
  const cable = world.cable(a, router, { delay: '10ms' });
  world.cable(router, b);
  a.spawn(
    'server',
    nodeProgram(() => void net.createServer(() => {}).listen(80)),
  );
  let took = 0;
  b.spawn(
    'client',
    nodeProgram(() => {
      const begun = Date.now();
      net.connect(80, 'server', () => {
        took = Date.now() - begun;
      });
    }),
  );
  cable.cut();
  await world.run({ for: '500ms' });
  cable.mend();
  await world.run({ for: '5s' });

  expect(took).toBe(1020); // one second, and 10 ms there and back
  expect(world.trace.find({ kind: 'tcp.retransmit', why: 'syn' })).toHaveLength(1);
});
