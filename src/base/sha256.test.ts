import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { Sha256 } from './sha256.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('the examples of FIPS 180-4 (NIST, "SHA256.pdf" and "SHA2_Additional.pdf")', () => {
  expect(new Sha256().updateText('abc').digestHex()).toBe(ABC);
  expect(new Sha256().updateText('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq').digestHex()).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
  expect(new Sha256().digestHex()).toBe(EMPTY);
  expect(new Sha256().update(Uint8Array.of(0xbd)).digestHex()).toBe(
    '68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b',
  );
  expect(new Sha256().update(new Uint8Array(1_000_000)).digestHex()).toBe(
    'd29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025',
  );
});

test('every length around the block size gives what node:crypto gives', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i * 31);
  for (let length = 0; length <= 200; length++) {
    const part = bytes.subarray(0, length);
    expect(new Sha256().update(part).digestHex()).toBe(createHash('sha256').update(part).digest('hex'));
  }
});

test('bytes and texts in any pieces give what node:crypto gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 150 }), fc.string({ unit: 'binary' })), { maxLength: 12 }),
      (pieces) => {
        const ours = new Sha256();
        const theirs = createHash('sha256');
        for (const piece of pieces) {
          if (typeof piece === 'string') ours.updateText(piece);
          else ours.update(piece);
          theirs.update(typeof piece === 'string' ? utf8(piece) : piece);
        }
        expect(ours.digestHex()).toBe(theirs.digest('hex'));
      },
    ),
    { numRuns: 40 },
  );
});

test('a long text is not cut inside of a character', () => {
  const long = `a${'🙂'.repeat(3000)}`;
  expect(new Sha256().updateText(long).digestHex()).toBe(createHash('sha256').update(long).digest('hex'));
  const lone = `${'a'.repeat(1023)}\ud83d`;
  expect(new Sha256().updateText(lone).digestHex()).toBe(createHash('sha256').update(lone).digest('hex'));
});

test('a digest may be asked for at any time and does not end it', () => {
  const hash = new Sha256().updateText('a');
  hash.digestHex();
  expect(hash.updateText('bc').digestHex()).toBe(ABC);
  expect(hash.digestHex()).toBe(ABC);
});
