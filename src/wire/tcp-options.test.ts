import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionFailed } from '../base/assert.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { emptyTcpOptions, parseTcpOptions, type TcpOptions, tcpOptionsLength, writeTcpOptions } from './tcp-options.ts';

function parse(hex: string): TcpOptions {
  const bytes = fromHex(hex);
  const options = emptyTcpOptions();
  parseTcpOptions(bytes, 0, bytes.length, options);
  return options;
}

function write(options: TcpOptions): string {
  const bytes = new Uint8Array(60);
  const length = writeTcpOptions(bytes, new DataView(bytes.buffer), 4, options);
  expect(length).toBe(tcpOptionsLength(options));
  expect(bytes.subarray(4 + length).every((byte) => byte === 0)).toBe(true);
  return toHex(bytes.subarray(4, 4 + length));
}

// Options that Linux 6.18 sent, captured from a TAP device.
const LINUX_SYN = '020405b40402080ab92c618c000000000103030a';
const LINUX_ACK = '0101080ab92c618c00000001';
const LINUX_SACK = '0101080ab92c61f2000000010101051211111130111111351111111c11111126';

test("a SYN's options as Linux sends them, read and written", () => {
  const expected: TcpOptions = {
    ...emptyTcpOptions(),
    mss: 1460,
    windowScale: 10,
    sackPermitted: true,
    timestamps: true,
    tsval: 0xb92c_618c,
  };
  expect(parse(LINUX_SYN)).toEqual(expected);
  expect(write(expected)).toBe(LINUX_SYN);
});

test("an ACK's timestamps as Linux sends them, read and written", () => {
  const expected: TcpOptions = { ...emptyTcpOptions(), timestamps: true, tsval: 0xb92c_618c, tsecr: 1 };
  expect(parse(LINUX_ACK)).toEqual(expected);
  expect(write(expected)).toBe(LINUX_ACK);
});

test('two SACK blocks beside timestamps as Linux sends them, the newest first, read and written', () => {
  const expected: TcpOptions = { ...emptyTcpOptions(), timestamps: true, tsval: 0xb92c_61f2, tsecr: 1, sackCount: 2 };
  expected.sack.splice(0, 4, 0x1111_1130, 0x1111_1135, 0x1111_111c, 0x1111_1126);
  expect(parse(LINUX_SACK)).toEqual(expected);
  expect(write(expected)).toBe(LINUX_SACK);
});

test('each option alone is padded as Linux pads it', () => {
  expect(write({ ...emptyTcpOptions(), mss: 536 })).toBe('02040218');
  expect(write({ ...emptyTcpOptions(), windowScale: 0 })).toBe('01030300');
  expect(write({ ...emptyTcpOptions(), sackPermitted: true })).toBe('01010402');
  expect(write({ ...emptyTcpOptions(), sackCount: 1, sack: [1, 2, 0, 0, 0, 0, 0, 0] })).toBe(
    '0101050a0000000100000002',
  );
  expect(write(emptyTcpOptions())).toBe('');
});

test('four SACK blocks fit without timestamps; with them it is a bug to try', () => {
  const options = { ...emptyTcpOptions(), sackCount: 4 };
  expect(write(options).length / 2).toBe(36);
  options.timestamps = true;
  expect(tcpOptionsLength(options)).toBe(48);
  expect(() => write(options)).toThrow(AssertionFailed);
});

test('MUST-6 (RFC 9293 3.1): an unknown option is skipped by its length', () => {
  expect(parse('fd06a1a2a3a4 02040218').mss).toBe(536);
  expect(parse('fe02 1e03ff 01 02040218')).toEqual({ ...emptyTcpOptions(), mss: 536 });
});

test('MUST-64: an option may start at any byte', () => {
  expect(parse('01 02040218 01 01 030305')).toEqual({ ...emptyTcpOptions(), mss: 536, windowScale: 5 });
});

test('what stands behind the end of the list is not read', () => {
  expect(parse('02040218 00 030307 0402')).toEqual({ ...emptyTcpOptions(), mss: 536 });
  expect(parse('00 02')).toEqual(emptyTcpOptions());
});

test('a known option with a wrong length is skipped', () => {
  for (const hex of [
    '020300',
    '02050218ff',
    '0302',
    '03040707',
    '040300',
    '080900000000000000',
    '0502',
    '050601020304',
  ]) {
    expect(parse(`${hex} 030305`), hex).toEqual({ ...emptyTcpOptions(), windowScale: 5 });
  }
  expect(parse(`0522${'00'.repeat(32)}`).sackCount).toBe(4);
  expect(parse(`052a${'00'.repeat(40)}`).sackCount).toBe(0);
});

test('MUST-7, V6: a length of 0 or 1, or past the header, ends the parsing; what came before it stands', () => {
  for (const hex of [
    '0200',
    '0201',
    '02',
    'fd00',
    'fd01',
    'fd',
    '080a00000000',
    '02040218'.slice(0, 6),
    'ff06000000',
  ]) {
    expect(parse(`030305 ${hex}`), hex).toEqual({ ...emptyTcpOptions(), windowScale: 5, malformed: true });
  }
});

test('V6: all 2^16 pairs of kind and length, at every place of a full header, end within 40 steps', () => {
  let reads = 0;
  const memory = new Uint8Array(40);
  const counted = new Proxy(memory, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
      return Reflect.get(target, key);
    },
  });
  const options = emptyTcpOptions();
  for (let kind = 0; kind < 256; kind++) {
    for (let length = 0; length < 256; length++) {
      memory.fill(1);
      const at = (kind * 7 + length) % 39;
      memory[at] = kind;
      memory[at + 1] = length;
      // Through the proxy only a sample, since it is slow: the reads of an option are at most two more than its bytes.
      if ((kind * 256 + length) % 64 === kind % 64) {
        reads = 0;
        parseTcpOptions(counted, 0, 40, options);
        expect(reads).toBeLessThanOrEqual(80);
      }
      parseTcpOptions(memory, 0, 40, options);
      // After a NOP the length is a kind itself, and whatever follows it counts.
      const whole = kind === 0 || (length >= 2 && at + length <= 40);
      if (kind !== 1 && options.malformed === whole) throw new Error(`kind ${kind}, length ${length} at ${at}`);
    }
  }
});

test('V6: every truncation of every sample ends, and reads nothing behind its end', () => {
  for (const hex of [LINUX_SYN, LINUX_ACK, LINUX_SACK]) {
    const bytes = fromHex(hex);
    for (let end = 0; end < bytes.length; end++) {
      const whole = emptyTcpOptions();
      parseTcpOptions(bytes, 0, end, whole);
      const cut = emptyTcpOptions();
      parseTcpOptions(bytes.slice(0, end), 0, end, cut);
      expect(cut).toEqual(whole);
    }
  }
});

test('any bytes are read without a throw, into figures within their bounds', () => {
  const likely = fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 10, 18, 26, 34, 255);
  const bytes = fc.array(fc.oneof(likely, fc.nat({ max: 255 })), { maxLength: 40 });
  const options = emptyTcpOptions();
  fc.assert(
    fc.property(bytes, (given) => {
      parseTcpOptions(Uint8Array.from(given), 0, given.length, options);
      expect(options.sack.length).toBe(8);
      expect(options.sackCount).toBeLessThanOrEqual(4);
      expect(options.windowScale ?? 0).toBeLessThanOrEqual(14);
      expect(options.mss ?? 1).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

test('V15: a window scale above 14 counts as 14; an MSS of 0 as none', () => {
  expect(parse('03030f').windowScale).toBe(14);
  expect(parse('0303ff').windowScale).toBe(14);
  expect(parse('02040000').mss).toBe(undefined);
});

test('of an option that stands twice the later counts', () => {
  expect(parse('02040218 020405b4').mss).toBe(1460);
});

test('a header that was used before keeps nothing of it', () => {
  const options = parse(LINUX_SYN);
  parseTcpOptions(fromHex('01'), 0, 1, options);
  expect(options).toEqual({ ...emptyTcpOptions(), sack: options.sack });
});

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const anyOptions: fc.Arbitrary<TcpOptions> = fc
  .record({
    mss: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    windowScale: fc.option(fc.nat({ max: 14 }), { nil: undefined }),
    sackPermitted: fc.boolean(),
    timestamps: fc.boolean(),
    tsval: uint32,
    tsecr: uint32,
    sackCount: fc.nat({ max: 4 }),
    sack: fc.array(uint32, { minLength: 8, maxLength: 8 }),
    malformed: fc.constant(false),
  })
  .filter((options) => tcpOptionsLength(options) <= 40);

test('what is written is read back', () => {
  fc.assert(
    fc.property(anyOptions, (given) => {
      const expected = given.timestamps ? given : { ...given, tsval: 0, tsecr: 0 };
      const sack = given.sack.map((edge, i) => (i < given.sackCount * 2 ? edge : 0));
      expect(parse(write(given))).toEqual({ ...expected, sack });
    }),
  );
});
