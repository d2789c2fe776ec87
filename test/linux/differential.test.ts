/**
 * Our stack in the place of a kernel's: random scripts of calls are played twice, between our stack (on a TAP device) and a
 * kernel, and between two kernels (on a veth pair). Every call on either side answers the same, with the same errno, and
 * after every step poll(2) and the state of both ends are the same.
 *
 * `DIFFERENTIAL=1000-1999 npx vitest run test/linux/differential.test.ts` plays other scripts.
 */
import { afterAll, beforeAll, expect } from 'vitest';
import { LiveHost } from '../../src/linux/live.ts';
import { needs } from '../support/needs.ts';
import { KernelParty } from './differential/kernel-party.ts';
import { OurParty } from './differential/our-party.ts';
import { play } from './differential/play.ts';
import { drawScript, shownStep } from './differential/script.ts';
import { makeNamespace, type TestNamespace } from './namespace.ts';

const linux = needs({ root: true, tun: true, namespaces: true, programs: ['ip'] });

const OURS = '10.77.0.2';
const THEIRS = '10.77.0.1';
const { DIFFERENTIAL = '1-150' } = process.env;
const [FIRST = 1, LAST = FIRST] = DIFFERENTIAL.split('-').map(Number);

linux.describe('our stack in the place of a kernel', () => {
  const namespaces: TestNamespace[] = [];
  let host: LiveHost | undefined;
  let worlds: readonly [readonly [OurParty, KernelParty], readonly [KernelParty, KernelParty]] | undefined;

  beforeAll(async () => {
    const [beside, one, other] = [makeNamespace(), makeNamespace(), makeNamespace()];
    namespaces.push(beside, one, other);
    host = new LiveHost({ tap: 'tap0', namespace: beside.name, address: `${OURS}/24` });
    one.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth0', 'netns', other.name);
    for (const [namespace, address] of [
      [one, OURS],
      [other, THEIRS],
    ] as const) {
      namespace.ip('address', 'add', `${address}/24`, 'dev', 'veth0');
      namespace.ip('link', 'set', 'veth0', 'up');
    }
    const pair = [new KernelParty(one.name, THEIRS), new KernelParty(other.name, OURS)] as const;
    worlds = [[await OurParty.on(host), new KernelParty(beside.name, OURS)], pair];
  });

  afterAll(() => {
    for (const party of worlds?.flat() ?? []) party.close();
    host?.close();
    for (const namespace of namespaces) namespace.destroy();
  });

  linux.test(
    `scripts ${FIRST} to ${LAST}: every call answers as the kernel's`,
    async () => {
      if (worlds === undefined) throw new Error('there are no worlds');
      const [ours, kernels] = worlds;
      for (let seed = FIRST; seed <= LAST; seed++) {
        const script = drawScript(seed);
        const log = await play(script, ...ours, seed - FIRST);
        const wanted = await play(script, ...kernels, seed - FIRST);
        const told = `DIFFERENTIAL=${seed}-${seed} repeats it: ${script.map(shownStep).join('; ')}`;
        expect(log, told).toEqual(wanted);
      }
    },
    240_000,
  );
});
