import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkBoolean, checkFraction, checkInteger, checkKeys, checkName, checkOneOf } from './check.ts';

test('an integer within its bounds is answered, -0 as 0', () => {
  expect(checkInteger('port', 0, 0, 65_535)).toBe(0);
  expect(checkInteger('port', 65_535, 0, 65_535)).toBe(65_535);
  expect(Object.is(checkInteger('port', -0, 0, 1), 0)).toBe(true);
});

test('what is no integer within the bounds is named with the bounds', () => {
  for (const value of ['80', 80n, null, undefined, {}, [80]]) {
    expect(() => checkInteger('port', value, 0, 65_535)).toThrow(TypeError);
  }
  for (const value of [-1, 65_536, 0.5, NaN, Infinity]) {
    expect(() => checkInteger('port', value, 0, 65_535)).toThrow(RangeError);
  }
  expect(() => checkInteger('port', '80', 0, 65_535)).toThrow(
    "port: '80' is not a number; allowed is an integer from 0 to 65535",
  );
  expect(() => checkInteger('port', 65_536, 0, 65_535)).toThrow(
    'port: 65536 is out of range; allowed is an integer from 0 to 65535',
  );
});

test('a fraction lies between 0 and 1, both allowed', () => {
  expect(checkFraction('loss', 0)).toBe(0);
  expect(checkFraction('loss', 1)).toBe(1);
  expect(() => checkFraction('loss', '1%')).toThrow("loss: '1%' is not a number; allowed is a number from 0 to 1");
  for (const value of [-0.1, 1.1, NaN]) expect(() => checkFraction('loss', value)).toThrow(RangeError);
});

test('a boolean is true or false and nothing that resembles them', () => {
  expect(checkBoolean('peek', true)).toBe(true);
  for (const value of [0, 1, 'true', null, undefined]) expect(() => checkBoolean('peek', value)).toThrow(TypeError);
});

test('a name may have any script, but no space, no control character, and no sign that texts are built with', () => {
  for (const name of ['A', 'client-1', '서버', 'r.2', 'eth0_1', '🙂']) expect(checkName('host', name)).toBe(name);
  for (const name of [
    '',
    'a b',
    'a:1',
    'a>b',
    'a/b',
    'a,b',
    "a'b",
    'a\\b',
    'a`b',
    'a\nb',
    '\u0000',
    '\ud800',
    'x'.repeat(65),
  ]) {
    expect(() => checkName('host', name)).toThrow(RangeError);
  }
  for (const name of [1, null, undefined, {}]) expect(() => checkName('host', name)).toThrow(TypeError);
});

test('an unknown word is answered with the nearest that is known', () => {
  expect(checkOneOf('profile', 'rfc', ['linux', 'windows', 'rfc'])).toBe('rfc');
  expect(() => checkOneOf('profile', 'Linus', ['linux', 'windows', 'rfc'])).toThrow(
    "profile: 'Linus' is not known (did you mean 'linux'?); allowed is 'linux', 'windows', 'rfc'",
  );
  expect(() => checkOneOf('profile', 7, ['linux'])).toThrow("profile: 7 is not known; allowed is 'linux'");
});

test('the keys of an object are checked, and a copy without prototype is answered', () => {
  const given = { delay: '5ms', loss: 0.1 };
  const copy = checkKeys('cable', given, ['delay', 'loss', 'rate']);
  expect({ ...copy }).toEqual(given);
  expect(Object.getPrototypeOf(copy)).toBe(null);
  expect(() => checkKeys('cable', { dealy: 5 }, ['delay', 'loss'])).toThrow(
    new TypeError("cable: key 'dealy' is not known (did you mean 'delay'?); allowed is delay, loss"),
  );
  expect(() => checkKeys('cable', { zebra: 5 }, ['delay', 'loss'])).toThrow(
    new TypeError("cable: key 'zebra' is not known; allowed is delay, loss"),
  );
  for (const value of [null, undefined, 5, 'x', [], new Map(), () => 0]) {
    expect(() => checkKeys('cable', value, ['delay'])).toThrow(TypeError);
  }
});

test('a polluted prototype gives no option and passes no key', () => {
  const polluted: Record<string, unknown> = JSON.parse('{ "__proto__": { "loss": 1 } }');
  expect(() => checkKeys('cable', polluted, ['loss'])).toThrow(TypeError);
  const inherited: unknown = Object.setPrototypeOf({}, { loss: 1 });
  expect(() => checkKeys('cable', inherited, ['loss'])).toThrow(TypeError);
  expect(checkKeys('cable', {}, ['toString']).toString).toBe(undefined);
});

test('whatever is passed, the answer is the value or a TypeError or RangeError', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true }), (value) => {
      for (const check of [
        () => checkInteger('x', value, 0, 9),
        () => checkFraction('x', value),
        () => checkBoolean('x', value),
        () => checkName('x', value),
        () => checkOneOf('x', value, ['a', 'b']),
        () => checkKeys('x', value, ['a']),
      ]) {
        try {
          check();
        } catch (error) {
          expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
        }
      }
    }),
  );
});
