/**
 * What calls return when the network dies: linux-behaviour section 3, rows 19 to 37 (rows 18, 26, 31 and 33 do not exist),
 * the schedules of section 2, and rule 6 of section 4.
 */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/index.ts';
import {
  backOff,
  connected,
  framesSince,
  idle,
  intervals,
  lan,
  measured,
  ms,
  type Place,
  RTO,
  RTO_LAN,
  RTT,
  retransmittedAt,
  routed,
  segments,
  spawnBoth,
  tellByIcmp,
  until,
} from './place.ts';

const CUT = 10_000;
const SECONDS = 1000;
/** B has heard the last of A: the SYN-ACK. */
const HEARD = RTT;
const KEEP_ALIVE = { SO_KEEPALIVE: true, TCP_KEEPIDLE: '10s', TCP_KEEPINTVL: '5s', TCP_KEEPCNT: 3 };

function cutAt(place: Place, moment: number): Place {
  place.world.at(moment, () => place.cable.cut());
  return place;
}

describe.each([
  ['routed', routed],
  ['one LAN', lan],
] as const)('idle, %s', (where, make) => {
  test('row 19: the cable is cut, no keep-alive: nothing, ever; not one packet', async () => {
    const place = cutAt(make(), CUT);
    spawnBoth(place, idle, async (_os, _socket, calls) => calls.recv());
    const { ended, waiting } = await place.world.run({ for: '80d' });
    expect(ended).toBe('for');
    expect(waiting).toContainEqual({ process: 'client', call: 'recv', since: expect.any(Number) });
    expect(framesSince(place, CUT)).toBe(0);
  });

  test('row 25: TCP_USER_TIMEOUT alone has no effect on an idle connection', async () => {
    const place = cutAt(make(), CUT);
    const { broughtB } = await connected(place, idle, async (_os, _socket, calls) => calls.recv(), {
      b: { TCP_USER_TIMEOUT: '10s' },
      for: '30d',
    });
    expect(broughtB).toBeUndefined();
    expect(framesSince(place, CUT)).toBe(0);
  });

  test('row 20: keep-alive 10/5/3: ETIMEDOUT after 25 s, then EOF and EPIPE; section 2, T4: probes, and one RST', async () => {
    const place = cutAt(make(), 1000);
    const { broughtB } = await connected(
      place,
      idle,
      async (_os, _socket, calls) => {
        await calls.recv();
        await calls.recv();
        await calls.send();
        return calls.told;
      },
      { b: KEEP_ALIVE },
    );
    // On one LAN ARP comes before the SYN. The kernel: probes at 10.1, 15.3 and 20.4 s, the end at 25.5 s.
    const heard = where === 'routed' ? HEARD : 2 * RTT;
    const dead = ms(heard, 25_000);
    expect(broughtB).toEqual([
      ['recv', 'ETIMEDOUT', dead],
      ['recv', 0, dead],
      ['send', 'EPIPE', dead],
    ]);
    measured(25_500, 25_000, [10_000, 5000, 5000, 5000]);
    const sent = segments(place, 'B', 1000);
    expect(sent.map(({ at }) => at)).toEqual([ms(heard, 10_000), ms(heard, 15_000), ms(heard, 20_000), dead]);
    // A probe carries nothing, and a sequence number that was acknowledged: SND.NXT - 1. ISS + 1 is SND.NXT here.
    const iss = segments(place, 'B')[0]?.seq ?? 0;
    expect(sent.map(({ seq, text, control }) => [(seq - iss) >>> 0, text, control])).toEqual([
      [0, 0, 16],
      [0, 0, 16],
      [0, 0, 16],
      [1, 0, 20],
    ]);
  });
});

test("row 20: with keep-alive's defaults 7200 s + 9 · 75 s = 7875 s", async () => {
  const place = cutAt(routed(), 1000);
  const { broughtB } = await connected(
    place,
    idle,
    async (_os, _socket, calls) => {
      await _socket.setOption('SO_KEEPALIVE', true);
      await calls.recv();
      return calls.told;
    },
    { for: '3h' },
  );
  expect(broughtB).toEqual([['recv', 'ETIMEDOUT', ms(HEARD, 7875 * SECONDS)]]);
});

describe('the cable is cut while data is under way', () => {
  test.each([
    ['row 22: a routed path: ETIMEDOUT', routed, 'ETIMEDOUT', undefined, 938_400],
    ['row 23: one LAN, where ARP fails: EHOSTUNREACH', lan, 'EHOSTUNREACH', RTO_LAN, 932_000],
  ] as const)('%s; section 2, T1: when it is sent again', async (_name, make, errno, rto, figure) => {
    const place = cutAt(make(), CUT);
    const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
      await until(os, CUT);
      await calls.send();
      await calls.recv();
      await calls.recv();
      await calls.send();
      return calls.told;
    });
    const moments = backOff(15, rto);
    const end = moments.at(-1) ?? 0;
    expect(broughtB).toEqual([
      ['send', 1, CUT],
      ['recv', errno, ms(CUT, end)],
      ['recv', 0, ms(CUT, end)],
      ['send', 'EPIPE', ms(CUT, end)],
    ]);
    expect(retransmittedAt(place, 'B', CUT)).toEqual(moments.slice(0, -1));
    measured(figure, end, intervals(moments));
    // T1, in seconds: the loss probe and 15 retransmissions.
    const kernel = [0.21, 0.42, 0.84, 1.67, 3.3, 6.8, 13.5, 26.8, 54.7, 108, 214, 335, 456, 577, 698, 819];
    for (const [i, seconds] of kernel.entries()) {
      measured(seconds * SECONDS, moments[i] ?? 0, intervals(moments.slice(0, i + 1)));
    }
    // Nothing is said when retransmission gives up.
    expect(segments(place, 'B', ms(CUT, end))).toEqual([]);
  });

  test('row 22: send succeeds until the send buffer is full, then blocks; ETIMEDOUT ends it', async () => {
    const place = cutAt(routed(), CUT);
    const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
      await until(os, CUT);
      let accepted = 0;
      for (;;) {
        const count = await calls.send(new Uint8Array(1000), true);
        if (typeof count === 'string') break;
        accepted += count;
        await os.sleep('10us'); // frames leave between two calls, as they do in a kernel's send
      }
      await calls.send(new Uint8Array(1000));
      await calls.recv();
      await calls.send();
      return { accepted, last: calls.told.slice(-3) };
    });
    // The kernel, with writes of 1000 bytes: 45 888 too.
    expect(broughtB?.accepted).toBe(45_888);
    // The loss probe comes after two round trips and 2 ms, and is new data: it does not put the RTO off.
    const end = ms(CUT, backOff(15, RTO, 0).at(-1) ?? 0);
    const [blocked, ...later] = broughtB?.last ?? [];
    expect(blocked?.slice(1)).toEqual(['ETIMEDOUT', end]);
    expect(later).toEqual([
      ['recv', 0, end],
      ['send', 'EPIPE', end],
    ]);
  });

  test('row 21: keep-alive is silent while data is unacknowledged: T1 rules', async () => {
    const place = cutAt(routed(), CUT);
    const { broughtB } = await connected(
      place,
      idle,
      async (os, _socket, calls) => {
        await until(os, CUT);
        await calls.send();
        await calls.recv();
        return calls.told;
      },
      { b: KEEP_ALIVE },
    );
    expect(broughtB?.at(-1)).toEqual(['recv', 'ETIMEDOUT', ms(CUT, backOff(15).at(-1) ?? 0)]);
  });

  test.each([
    ['routed', routed, undefined, 10_560],
    ['one LAN', lan, RTO_LAN, 10_590],
  ] as const)('row 24: TCP_USER_TIMEOUT 10 s, %s: ETIMEDOUT', async (_where, make, rto, figure) => {
    const place = cutAt(make(), CUT);
    const { broughtB } = await connected(
      place,
      idle,
      async (os, _socket, calls) => {
        await until(os, CUT);
        await calls.send();
        await calls.recv();
        await calls.recv();
        await calls.send();
        return calls.told;
      },
      { b: { TCP_USER_TIMEOUT: '10s' } },
    );
    // It counts from the first retransmission, which follows the loss probe.
    const nominal = ms(backOff(1, rto)[1] ?? 0, 10_000);
    const end = ms(CUT, nominal);
    expect(broughtB?.slice(1)).toEqual([
      ['recv', 'ETIMEDOUT', end],
      ['recv', 0, end],
      ['send', 'EPIPE', end],
    ]);
    measured(figure, nominal, [...intervals(backOff(5, rto).slice(0, 6)), 3600]);
  });

  test.each([
    ['routed', routed, undefined],
    ['one LAN', lan, RTO_LAN],
  ] as const)(
    'row 28: cut for 20 s, %s: the bytes come with the next retransmission; no call tells',
    async (_where, make, rto) => {
      const place = cutAt(make(), CUT);
      place.world.at(CUT + 20_000, () => place.cable.mend());
      const { broughtA, broughtB } = await connected(
        place,
        async (_os, _socket, calls) => {
          await calls.recv();
          return calls.told;
        },
        async (os, _socket, calls) => {
          await until(os, CUT);
          await calls.send();
          await os.sleep('1min');
          await calls.send();
          return calls.results;
        },
      );
      // The kernel: 26.8 s after the cut, 6.7 s after the repair.
      const next = backOff(7, rto)[7] ?? 0;
      const arrived = broughtA?.[0]?.[2] ?? 0;
      expect(arrived - CUT).toBeGreaterThanOrEqual(next);
      // On the LAN ARP may have to ask anew before the frame goes out.
      expect(arrived - CUT).toBeLessThan(next + 1000);
      if (make === routed) expect(arrived).toBe(ms(CUT, next, RTT / 2));
      measured(26_700, next, intervals(backOff(7, rto).slice(0, 8)));
      expect(broughtB).toEqual([
        ['send', 1],
        ['send', 1],
      ]);
    },
  );
});

describe('the peer loses power', () => {
  test.each([
    ['routed', routed],
    ['one LAN', lan],
  ] as const)('row 29: and boots, we idle, %s: send ok, RST, ECONNRESET, EOF, EPIPE', async (_where, make) => {
    const place = make();
    place.world.at('5s', () => place.a.powerOff());
    place.world.at('8s', () => place.a.powerOn());
    const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
      await until(os, CUT);
      await calls.send();
      await calls.recv();
      await calls.recv();
      await calls.send();
      return calls.told;
    });
    const results = broughtB?.map(([call, result]) => [call, result]);
    expect(results).toEqual([
      ['send', 1],
      ['recv', 'ECONNRESET'],
      ['recv', 0],
      ['send', 'EPIPE'],
    ]);
    const reset = broughtB?.[1]?.[2] ?? 0;
    if (make === routed) expect(reset).toBe(ms(CUT, RTT));
    // The rebooted host must ask for us by ARP first: one round trip more.
    else expect(reset).toBe(ms(CUT, 2 * RTT));
  });

  test('row 30: and boots, keep-alive 10/5/3: the next probe draws the RST, a blocked recv is ECONNRESET', async () => {
    const place = routed();
    place.world.at('5s', () => place.a.powerOff());
    place.world.at('8s', () => place.a.powerOn());
    const { broughtB } = await connected(
      place,
      idle,
      async (_os, _socket, calls) => {
        await calls.recv();
        await calls.recv();
        return calls.told;
      },
      { b: KEEP_ALIVE },
    );
    const reset = ms(HEARD, 10_000, RTT);
    expect(broughtB).toEqual([
      ['recv', 'ECONNRESET', reset],
      ['recv', 0, reset],
    ]);
    measured(10_100, 10_000 + RTT, [10_000]);
  });
});

describe('the peer lives and does not read', () => {
  test('row 32: the window is zero for hours: send blocks, never fails; section 2, T3: the probes', async () => {
    const place = routed({ accounting: 'payload' });
    const { broughtB } = await connected(
      place,
      idle,
      async (_os, _socket, calls) => {
        await calls.send(new Uint8Array(1000));
      },
      { a: { SO_RCVBUF: 100 }, b: { SO_SNDBUF: 100 }, for: '10h' },
    );
    expect(broughtB).toBeUndefined();
    expect(await place.world.run({ for: '1s' })).toMatchObject({
      waiting: [{ call: 'sleep' }, { process: 'client', call: 'send' }],
    });
    const probes = segments(place, 'B', 100);
    const filled = (segments(place, 'A', 0).find(({ window }) => window === 0)?.at ?? 0) + RTT / 2;
    const iss = segments(place, 'B')[0]?.seq ?? 0;
    // Nothing in them, and SND.UNA - 1: 100 bytes were acknowledged, so that is ISS + 100.
    expect(new Set(probes.map(({ seq, text }) => `${(seq - iss) >>> 0} ${text}`))).toEqual(new Set(['100 0']));
    // The first after an RTO; the others count from the answer to the one before, each twice as long.
    const moments: number[] = [];
    let at = filled;
    for (let i = 0; i < 14; i++) {
      at = ms(at, Math.min(200.1 * 2 ** i, 120_000));
      moments.push(at);
      // The second is not answered: it comes within 500 ms of the first (tcp_invalid_ratelimit).
      if (i !== 1) at = ms(at, RTT);
    }
    expect(probes.slice(0, 14).map(({ at: sent }) => sent)).toEqual(moments);
    // In seconds, then every 120.8 s.
    const kernel = [0.2, 0.65, 1.5, 3.3, 6.9, 13.8, 27.6, 56, 112, 222];
    for (const [i, seconds] of kernel.entries()) {
      measured(
        seconds * SECONDS,
        (moments[i] ?? 0) - filled,
        intervals(moments.slice(0, i + 1))
          .slice(1)
          .concat(200),
      );
    }
    expect(probes.length).toBeGreaterThan(9.5 * 30);
  });

  test('row 27: TCP_USER_TIMEOUT 10 s gives a living peer up', async () => {
    const place = routed({ accounting: 'payload' });
    const { broughtB } = await connected(
      place,
      idle,
      async (_os, _socket, calls) => {
        await calls.send(new Uint8Array(1000));
        await calls.recv();
        await calls.send();
        return calls.told;
      },
      { a: { SO_RCVBUF: 100 }, b: { SO_SNDBUF: 100, TCP_USER_TIMEOUT: '10s' } },
    );
    const filled = (segments(place, 'A').find(({ window }) => window === 0)?.at ?? 0) + RTT / 2;
    // It counts from the first probe. The kernel: 10.3 s after the window closed.
    const end = ms(filled, 200.1, 10_000);
    expect(broughtB).toEqual([
      ['send', 200, end],
      ['recv', 'ETIMEDOUT', end],
      ['send', 'EPIPE', end],
    ]);
    measured(10_300, 10_200, [200, 400, 800, 1600, 3200, 4000]);
  });
});

describe('ICMP while ESTABLISHED is soft', () => {
  /** B's router has forgotten A, which is gone: it says host unreachable when it has asked in vain, 3 s later. */
  function behindSwitch() {
    const world = simulate();
    const a = world.host('A', { address: '10.0.0.1' });
    const b = world.host('B', { address: '10.0.1.2' });
    const r = world.router('R');
    const s = world.switch('S');
    const cable = world.cable(a, s, { delay: '10us' });
    world.cable(s, r, { delay: '15us' });
    const nearCable = world.cable(r, b, { delay: '25us' });
    world.at('5s', () => {
      a.powerOff();
      r.powerOff();
    });
    world.at('6s', () => r.powerOn());
    return { world, a, b, cable, nearCable };
  }

  test('row 34: host unreachable: send ok, SO_ERROR tells it once, the connection lives', async () => {
    const { broughtB } = await connected(behindSwitch(), idle, async (os, socket, calls) => {
      await until(os, CUT);
      await calls.send();
      await os.sleep('4s');
      await calls.send();
      await calls.error();
      await calls.error();
      return [...calls.results, socket.status().state];
    });
    expect(broughtB).toEqual([['send', 1], ['send', 1], ['SO_ERROR', 113], ['SO_ERROR', 0], 'ESTABLISHED']);
  });

  test('row 36: with IP_RECVERR the next call gets EHOSTUNREACH at once, and the connection goes on', async () => {
    const { broughtB } = await connected(
      behindSwitch(),
      idle,
      async (os, socket, calls) => {
        await until(os, CUT);
        await calls.send();
        await calls.recv();
        await calls.error();
        await calls.send();
        return [...calls.results, socket.status().state];
      },
      { b: { IP_RECVERR: true } },
    );
    expect(broughtB).toEqual([['send', 1], ['recv', 'EHOSTUNREACH'], ['SO_ERROR', 0], ['send', 1], 'ESTABLISHED']);
  });

  test('row 34 and rule 6: what ends it is EHOSTUNREACH, by the rules of the RTO', async () => {
    const { broughtB } = await connected(behindSwitch(), idle, async (os, _socket, calls) => {
      await until(os, CUT);
      await calls.send();
      await calls.recv();
      await calls.recv();
      await calls.send();
      return calls.told;
    });
    const end = broughtB?.[1]?.[2] ?? 0;
    expect(broughtB?.slice(1).map(([call, result]) => [call, result])).toEqual([
      ['recv', 'EHOSTUNREACH'],
      ['recv', 0],
      ['send', 'EPIPE'],
    ]);
    expect(end - CUT).toBeGreaterThan(924_000);
    expect(end - CUT).toBeLessThan(926_000);
  });

  test.each([
    ['protocol', 2, 92],
    ['port', 3, 111],
    ['communication administratively prohibited', 13, 113],
    ['net', 0, 101],
    ['host', 1, 113],
  ] as const)('row 35: %s unreachable: SO_ERROR, once; no abort', async (_name, code, errno) => {
    const place = cutAt(routed(), CUT);
    place.world.at(CUT + 1, () => tellByIcmp(place, 3, code));
    place.world.at(CUT + 100, () => place.cable.mend());
    const { broughtB } = await connected(
      place,
      async (_os, _socket, calls) => {
        await calls.recv();
        await calls.send('answer');
        await calls.recv();
      },
      async (os, socket, calls) => {
        await until(os, CUT);
        await calls.send();
        await os.sleep('10ms');
        await calls.send();
        await calls.error();
        await calls.error();
        await calls.recv();
        return [...calls.results, socket.status().state];
      },
    );
    expect(broughtB).toEqual([
      ['send', 1],
      ['send', 1],
      ['SO_ERROR', errno],
      ['SO_ERROR', 0],
      ['recv', 6],
      'ESTABLISHED',
    ]);
  });

  test("row 35: profile 'rfc' aborts on protocol and port unreachable (SHLD-26)", async () => {
    const place = cutAt(routed({ profile: 'rfc' }), CUT);
    place.world.at(CUT + 1, () => tellByIcmp(place, 3, 3));
    const { broughtB } = await connected(place, idle, async (os, _socket, calls) => {
      await until(os, CUT);
      await calls.send();
      await calls.recv();
      return calls.told;
    });
    expect(broughtB?.at(-1)).toEqual(['recv', 'ECONNREFUSED', CUT + 1]);
  });

  test('V16: an ICMP error about what is not in flight is not believed', async () => {
    const place = routed();
    const { broughtB } = await connected(place, idle, async (os, socket, calls) => {
      place.world.at(CUT, () => tellByIcmp(place, 3, 1)); // about the handshake's ACK: SND.UNA, nothing in flight
      await until(os, CUT - 1000);
      await calls.send('some bytes');
      await until(os, CUT + 1);
      await calls.error();
      return [...calls.results, socket.status().state];
    });
    expect(broughtB?.at(-1)).toBe('ESTABLISHED');
    expect(broughtB?.at(-2)).toEqual(['SO_ERROR', 0]);
  });
});

describe('row 37: our interface goes down', () => {
  // There is no `ip link set down` here, for which the row says ETIMEDOUT: our address and routes stay, the carrier goes.
  test.each([
    // The kernel takes the time from the first transmission when that still waits for ARP: 10.0 s, measured 10.02 s.
    ['one LAN, where ARP then fails', lan, 'EHOSTUNREACH'],
    ['routed', routed, 'ETIMEDOUT'],
  ] as const)('carrier lost, %s: send ok, and TCP_USER_TIMEOUT 10 s tells', async (_where, make, errno) => {
    const place = make();
    const cable = make === lan ? place.cable : place.nearCable;
    place.world.at(CUT, () => cable.cut({ carrier: 'lost' }));
    const { broughtB } = await connected(
      place,
      idle,
      async (os, _socket, calls) => {
        await until(os, CUT + 1);
        await calls.send();
        await calls.recv();
        await calls.recv();
        return calls.told;
      },
      { b: { TCP_USER_TIMEOUT: '10s' } },
    );
    expect(broughtB?.map(([call, result]) => [call, result])).toEqual([
      ['send', 1],
      ['recv', errno],
      ['recv', 0],
    ]);
    const rto = make === lan ? RTO_LAN : RTO;
    expect(broughtB?.[1]?.[2]).toBe(ms(CUT, 1, backOff(1, rto)[1] ?? 0, 10_000));
  });
});
