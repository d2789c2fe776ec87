/** mqtt and the broker aedes, unmodified: what a subscriber and a publisher of one client see. */
import net from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { breaking, type Diary, watch } from './database-scene.ts';

async function serve(): Promise<void> {
  const broker = await Aedes.createBroker();
  net.createServer(broker.handle).listen(1883);
}

const call = (options: mqtt.IClientOptions) => async (diary: Diary) => {
  const client = mqtt.connect('mqtt://db', { clientId: 'me', ...options });
  watch(diary, client, ['close', 'reconnect', 'offline', 'error', 'connect']);
  client.on('message', (topic, data) => diary.tell(`${topic}: ${data}`));
  await client.subscribeAsync('news', { qos: 1 });
  await diary.ending(
    'first',
    client.publishAsync('news', 'one', { qos: 1 }).then(() => 'acknowledged'),
  );
  diary.tell('used');
  setTimeout(
    () =>
      void diary.ending(
        'a second later',
        client.publishAsync('news', 'two', { qos: 1 }).then(() => 'acknowledged'),
      ),
    1000,
  );
};

test('the cable is cut: the keep-alive ends the connection after one and a half of its time, and it is tried again', async () => {
  expect((await breaking(serve, call({ keepalive: 10 }), 'cut')).slice(0, 8)).toEqual([
    ['offline', 15_041],
    ['error: Keepalive timeout', 15_041],
    ['close', 15_041],
    ['reconnect', 16_041],
    ['error: connack timeout', 46_041],
    ['close', 46_041],
    ['reconnect', 47_041],
    ['error: connack timeout', 77_041],
  ]);
});
test('the power fails for ten seconds: what was published meanwhile is acknowledged by the new connection', async () => {
  expect((await breaking(serve, call({ keepalive: 5 }), 'power')).slice(0, 12)).toEqual([
    ['offline', 7541],
    ['error: Keepalive timeout', 7541],
    ['close', 7541],
    ['reconnect', 8541],
    ['a second later: "acknowledged"', 10_571],
    ['connect', 10_571],
  ]);
});
test('the server is killed: offline at once, and tried again each second', async () => {
  expect((await breaking(serve, call({}), 'kill')).slice(0, 8)).toEqual([
    ['news: one', 46],
    ['offline', 46],
    ['close', 46],
    ['reconnect', 1046],
    ['error: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:1883', 1056],
    ['close', 1056],
    ['reconnect', 2056],
    ['error: ECONNREFUSED connect ECONNREFUSED 10.0.1.2:1883', 2066],
  ]);
});
