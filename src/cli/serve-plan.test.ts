import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { planServe, type ServeOptions } from './serve-plan.ts';
import { serveWords } from './serve-words.ts';
import { UserError } from './user-error.ts';

const DEFAULTS: ServeOptions = {
  tap: 'halfopen0',
  address: '10.77.0.2/24',
  port: '80',
  mtu: '1500',
  loss: '0',
  reorder: '0',
  delay: '0ms',
};

const plan = (options: Partial<ServeOptions> = {}, directory = tmpdir()) =>
  planServe(directory, { ...DEFAULTS, ...options }, serveWords('en'));

describe.runIf(process.platform === 'linux')('the plan of serve', () => {
  test("the kernel's end gets the network's first address", () => {
    expect(plan()).toMatchObject({
      kernelAddress: { bits: 0x0a4d0001 },
      address: { bits: 0x0a4d0002 },
      prefix: { length: 24 },
      port: 80,
      impairment: { loss: 0, reorder: 0, delay: '0ms' },
    });
    expect(plan({ address: '10.1.2.250/16' })).toMatchObject({ kernelAddress: { bits: 0x0a010001 } });
    expect(plan({ address: '10.1.2.2/30' })).toMatchObject({ kernelAddress: { bits: 0x0a010201 } });
  });

  test.each<[Partial<ServeOptions>, string]>([
    [{ tap: '' }, '--tap : a device'],
    [{ tap: 'a/b' }, '--tap a/b: a device'],
    [{ tap: 'sixteen-letters-' }, 'has 1 to 15 characters'],
    [{ tap: 'tap%d' }, 'none of / : %'],
    [{ address: '10.77.0' }, 'such as 10.77.0.2/24'],
    [{ address: '10.77.0.256/24' }, 'such as 10.77.0.2/24'],
    [{ address: '10.77.0.0/24' }, 'such as 10.77.0.2/24'],
    [{ address: '10.77.0.255/24' }, 'such as 10.77.0.2/24'],
    [{ address: '10.77.0.1/24' }, "first address is the kernel's"],
    [{ address: '10.77.0.2/31' }, "first address is the kernel's"],
    [{ address: '127.9.0.2/16' }, 'this machine uses 127.9.0.0/16 already'],
    [{ port: '0' }, 'from 1 to 65535'],
    [{ port: '65536' }, 'from 1 to 65535'],
    [{ port: '8o' }, '--port 8o: must be'],
    [{ port: '-1' }, '--port -1: must be'],
    [{ mtu: '575' }, 'from 576 to 65521'],
    [{ loss: '-1' }, '--loss -1: must be a number from 0 to 1'],
    [{ loss: '1.1' }, 'from 0 to 1'],
    [{ reorder: 'x' }, '--reorder x: must be'],
    [{ reorder: '' }, 'from 0 to 1'],
    [{ delay: 'soon' }, 'such as 5ms'],
    [{ delay: '-5ms' }, 'such as 5ms'],
    [{ seed: '4294967296' }, 'from 0 to 4294967295'],
  ])('%o is refused', (options, message) => {
    expect(() => plan(options)).toThrow(UserError);
    expect(() => plan(options)).toThrow(message);
  });

  test('a directory must be one', () => {
    expect(() => plan({}, '/nonexistent')).toThrow('cannot serve /nonexistent: ENOENT');
    const file = fileURLToPath(import.meta.url);
    expect(() => plan({}, file)).toThrow(`cannot serve ${file}: it is not a directory`);
  });
});
