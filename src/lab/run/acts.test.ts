import { expect, test } from 'vitest';
import type { Act } from '../../system/timetable.ts';
import type { Event } from '../../trace/event.ts';
import { branch, carriedOut, cursorBehind, type Deed } from './acts.ts';
import { EMPTY_PLAN } from './plan.ts';

const cut: Deed = { do: 'cut', target: 'cable' };
const type: Deed = { do: 'type', target: 'client', data: 'YQ==' };

test('a deed stands in the plan with its moment and its event; what lay behind the cursor is left out', () => {
  const plan = {
    ...EMPTY_PLAN,
    acts: [
      { ...cut, at: 1, after: 10 },
      { ...cut, at: 2, after: 20 },
      { ...cut, at: 3, after: 30 },
      { ...cut, at: '1ms' },
      { ...cut, at: '1h' },
    ],
  };
  const { acts } = branch(plan, type, 20, 2e6, false);
  expect(acts).toEqual([
    { ...cut, at: 1, after: 10 },
    { ...cut, at: '1ms' },
    { ...type, at: 2, after: 20 },
  ]);
  expect(plan.acts).toHaveLength(5);
});

test('deeds of the same moment that are not on the screen yet stay', () => {
  const once = branch(EMPTY_PLAN, type, 5, 0, false);
  expect(branch(once, cut, 5, 0, true).acts).toEqual([
    { ...type, at: 0, after: 5 },
    { ...cut, at: 0, after: 5 },
  ]);
  expect(branch(once, cut, 5, 0, false).acts).toEqual([{ ...cut, at: 0, after: 5 }]);
});

function events(...parts: readonly object[]): Event[] {
  return parts.map((part, i) => ({ n: i + 1, at: 0, host: '', cause: 0, ...part }) as Event);
}

test('the cursor comes to stand behind the event of the act, of several alike behind the last', () => {
  const other = { kind: 'process.printed', process: 'client', text: '' };
  const typed = { kind: 'process.typed', process: 'client', bytes: 1 };
  const happened = events(other, typed, other, typed, other, typed, other);
  const one = branch(EMPTY_PLAN, type, 2, 0, false);
  expect(cursorBehind(one, 2, happened)).toBe(4);
  expect(cursorBehind(branch(one, type, 2, 0, true), 2, happened)).toBe(6);
});

test('it is not known while the event may still come, and stays where it was if there is none', () => {
  const plan = branch(EMPTY_PLAN, { do: 'power-off', target: 'A' }, 1, 0, false);
  const other = { kind: 'host.powered-off', host: 'B' };
  expect(cursorBehind(plan, 1, events(other, other))).toBeUndefined();
  expect(cursorBehind(plan, 1, events(...new Array<object>(300).fill(other)))).toBe(1);
});

test('an act that the run did not come to has no place in it; two of a kind have one each', () => {
  const cut = {
    n: 0,
    at: 5e6,
    host: '',
    cause: 0,
    kind: 'cable.cut',
    cable: 'cable',
    direction: 'both',
    carrier: 'kept',
  };
  const events = [{ ...cut, n: 1, at: 1e6 }, cut, { ...cut, n: 2 }] as unknown as Event[];
  const act: Act = { at: '5ms', do: 'cut', target: 'cable' };
  expect(carriedOut([act, act, act], events)).toEqual([2, 3, undefined]);
  expect(
    carriedOut(
      [
        { ...act, target: 'other' },
        { ...act, after: 1 },
        { ...act, after: 9 },
      ],
      events,
    ),
  ).toEqual([undefined, 2, undefined]);
});
