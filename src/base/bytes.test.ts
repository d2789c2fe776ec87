import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, fromHex, sameBytes, text, toBase64, toHex, utf8, utf8Into } from './bytes.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
/** Bytes that often look like the beginning of a character. */
const nearlyUtf8 = fc.array(
  fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xa0, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff),
);

test('texts become the bytes that TextEncoder makes, lone surrogates included', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      expect(utf8(value)).toEqual(new TextEncoder().encode(value));
    }),
  );
});

test('bytes become the text that TextDecoder makes, whatever is wrong in them', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        nearlyUtf8.map((bytes) => Uint8Array.from(bytes)),
      ),
      (bytes) => {
        expect(text(bytes)).toBe(decoder.decode(bytes));
      },
    ),
    { numRuns: 500 },
  );
});

test('long texts survive the round trip', () => {
  const long = 'aß한🙂'.repeat(5000);
  expect(text(utf8(long))).toBe(long);
});

test('a range of a text is encoded, a surrogate whose partner lies outside as a lone one', () => {
  const bytes = new Uint8Array(12);
  expect(utf8Into('ab🙂c', 1, 4, bytes)).toBe(5);
  expect(toHex(bytes.subarray(0, 5))).toBe('62f09f9982');
  expect(utf8Into('ab🙂c', 1, 3, bytes)).toBe(4);
  expect(toHex(bytes.subarray(0, 4))).toBe('62efbfbd');
});

test('hexadecimal goes there and back, with white space and both cases', () => {
  expect(toHex(Uint8Array.of(0, 15, 255))).toBe('000fff');
  expect(fromHex('00 0F\nff')).toEqual(Uint8Array.of(0, 15, 255));
  expect(fromHex('')).toEqual(new Uint8Array(0));
  for (const wrong of ['0', '0g', '0x00']) expect(() => fromHex(wrong)).toThrow(TypeError);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});

test('base64 is the one of RFC 4648 section 10 and of Node', () => {
  const vectors = {
    '': '',
    f: 'Zg==',
    fo: 'Zm8=',
    foo: 'Zm9v',
    foob: 'Zm9vYg==',
    fooba: 'Zm9vYmE=',
    foobar: 'Zm9vYmFy',
  };
  for (const [plain, encoded] of Object.entries(vectors)) {
    expect(toBase64(utf8(plain))).toBe(encoded);
    expect(text(fromBase64(encoded))).toBe(plain);
  }
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
  expect(toBase64(utf8('xfoobarx'), 1, 7)).toBe('Zm9vYmFy');
});

test('a base64 text that another text stands for is refused', () => {
  for (const wrong of [
    'Zg',
    'Zg=',
    'Zh==',
    'Zm9=',
    'Zm 9',
    'Zm9_',
    '=',
    '====',
    'Z===',
    'Zg==Zg==',
    '한글한글',
    'Zm9v\n',
  ]) {
    expect(() => fromBase64(wrong)).toThrow(TypeError);
  }
});

test('bytes are the same if length and each byte are', () => {
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});
