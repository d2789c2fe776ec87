import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Connection } from '../tcp/connection.ts';
import { ipv4 } from '../wire/address.ts';
import { Flow, FlowTable } from './demux.ts';

const binding = {
  local: { address: ipv4(1), port: 1 },
  port: 1,
  dual: false,
  reuse: false,
  listening: false,
  explicit: true,
  holders: 1,
};

type Tuple = readonly [number, number, number, number];

function flowOf([local, localPort, remote, remotePort]: Tuple): Flow {
  const ends = {
    local: { address: ipv4(local), port: localPort },
    remote: { address: ipv4(remote), port: remotePort },
  };
  return new Flow(ends as unknown as Connection, binding, 0, () => {});
}

test('flows are found by their four numbers, as in a map', () => {
  const number = fc.constantFrom(0, 1, 80, 0x0a00_0001, 0xffff_ffff);
  const port = fc.constantFrom(0, 1, 80, 40_000, 65_535);
  const step = fc.record({ add: fc.boolean(), tuple: fc.tuple(number, port, number, port) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new FlowTable(0x1234_5678, 0x9abc_def0);
      const model = new Map<string, Flow>();
      for (const { add, tuple } of steps) {
        const key = tuple.join();
        const known = model.get(key);
        const [local, localPort, remote, remotePort] = tuple;
        expect(table.find(ipv4(local), localPort, ipv4(remote), remotePort)).toBe(known);
        if (add && known === undefined) {
          const flow = flowOf(tuple);
          table.add(flow);
          model.set(key, flow);
        } else if (!add && known !== undefined) {
          table.delete(known);
          model.delete(key);
          expect(known.removed).toBe(true);
        }
        expect(table.size).toBe(model.size);
      }
      expect([...table.values()]).toEqual([...model.values()]);
    }),
  );
});

test('ten thousand flows to one server spread', () => {
  const table = new FlowTable(7, 11);
  for (let port = 0; port < 10_000; port++) table.add(flowOf([0x0a00_0001, 80, 0x0a00_0002, port]));
  let longest = 0;
  for (const flow of table.values()) {
    let length = 0;
    for (let next: Flow | undefined = flow; next !== undefined; next = next.chain) length++;
    longest = Math.max(longest, length);
  }
  expect(longest).toBeLessThan(12);
});
