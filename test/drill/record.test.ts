/** A run over IPv6 is kept as a trace, with each of its packets. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drill } from '../../src/drill/drill.ts';
import { DrillRecord } from '../../src/drill/record.ts';
import { nodePlatform } from '../../src/node-platform.ts';
import { Trace } from '../../src/trace/query.ts';

const SCRIPT = new URL('../scripts/ipv6/packet-too-big.pkt', import.meta.url);

test('a script over IPv6 leaves a trace with each of its packets', () => {
  const record = new DrillRecord(nodePlatform);
  expect(drill(readFileSync(SCRIPT, 'utf8'), record.options()).ok).toBe(true);
  const lines = [...new Trace(record.recorder).lines()];
  expect(lines.filter((line) => line.includes('"frame.sent"'))).toHaveLength(7);
});
