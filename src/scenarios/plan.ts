/**
 * What the built-in scenarios have in common: the two sizes of buffers, the two networks, and how an expectation
 * looks up a call, an exit value or a channel of the ledger.
 *
 * Leaves out: anything that a program could share with another one. Programs meet only through sockets.
 */
import type {
  CablePlan,
  CallReport,
  ChannelLedger,
  HostPlan,
  Parameter,
  ScenarioResult,
  Topology,
  WorldKind,
} from '../system/scenario.ts';
import type { SocketOptions } from '../system/system.ts';

/** The two computers of the story: A, a server, and B, a client. A listens on this port. */
export const PORT = 7000;

/** Expectations that look at calls, exits, breaks and the ledger hold in every world. */
export const EVERYWHERE: readonly WorldKind[] = ['sim', 'page', 'kernel'];
/** Expectations that look at the trace hold where every frame is seen. */
export const SIMULATED: readonly WorldKind[] = ['sim', 'page'];

export type Sizes = 'teaching' | 'linux';

export const SIZES: Parameter & { readonly default: Sizes } = {
  default: 'teaching',
  oneOf: ['teaching', 'linux'],
  text: {
    en: 'teaching: buffers of 32 bytes, segments of 8, no delayed ACK; linux: what Linux gives',
    ko: 'teaching: 버퍼 32바이트, 세그먼트 8바이트, 지연 없는 ACK. linux: 리눅스의 기본값',
  },
};

/** Small enough to see every byte: 32 bytes in each buffer, 8 in a segment, each segment sent and acknowledged at once. */
const TEACHING: SocketOptions = {
  SO_SNDBUF: 32,
  SO_RCVBUF: 32,
  TCP_MAXSEG: 8,
  TCP_NODELAY: true,
  TCP_QUICKACK: true,
};

/** The options of every socket of a scenario of those sizes, with changes of its own. */
export function socketOptions(sizes: Sizes, changes: SocketOptions = {}): SocketOptions {
  return sizes === 'teaching' ? { ...TEACHING, ...changes } : changes;
}

function host(address: string, sizes: Sizes): HostPlan {
  return { address, accounting: sizes === 'teaching' ? 'payload' : 'linux' };
}

interface TwoHosts extends Topology {
  readonly hosts: { readonly A: HostPlan; readonly B: HostPlan };
}

/** A and B on one cable of 5 ms, which makes them one LAN. */
export function oneCable(sizes: Sizes, cable: Omit<CablePlan, 'between'> = {}): TwoHosts {
  return {
    hosts: { A: host('10.0.0.1', sizes), B: host('10.0.0.2', sizes) },
    cables: { cable: { between: ['A', 'B'], delay: '5ms', ...cable } },
  };
}

export type Network = 'routed' | 'lan';

export const NETWORK: Parameter & { readonly default: Network } = {
  default: 'routed',
  oneOf: ['routed', 'lan'],
  text: {
    en: 'routed: the cut cable lies behind a router, as on the Internet; lan: A and B share one cable',
    ko: 'routed: 잘리는 케이블이 인터넷처럼 라우터 너머에 있음. lan: A와 B가 케이블 하나를 함께 씀',
  },
};

/**
 * A and B with Linux's sizes, far enough for a cable between them to be cut where neither can see it: behind the
 * router R, or on one LAN. The cables are as short as those in the rig that measured linux-behaviour (RTT < 0.2 ms),
 * so that the retransmission timer starts at its floor of 200 ms.
 */
export function breakable(network: Network, profile: 'linux' | 'windows' = 'linux'): Topology {
  const delay = '20us';
  if (network === 'lan') {
    return {
      hosts: { A: { address: '10.0.0.1', profile }, B: { address: '10.0.0.2', profile } },
      cables: { cable: { between: ['A', 'B'], delay } },
    };
  }
  return {
    hosts: { A: { address: '10.0.0.1', profile }, B: { address: '10.0.1.2', profile } },
    routers: { R: {} },
    cables: { 'cable-A': { between: ['A', 'R'], delay }, cable: { between: ['R', 'B'], delay } },
  };
}

/** What a call brings: its result, or the errno's name if it fails. Lets a program go on after an error it waits for. */
export async function outcome<T>(call: Promise<T>): Promise<T | string> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}

const NO_CHANNEL: ChannelLedger = { channel: '', discarded: [] };

/** The first channel from one host to another, or one without figures. `nth` counts the connections between them from 0. */
export function channel(ledgers: readonly ChannelLedger[], from: string, to: string, nth = 0): ChannelLedger {
  const found = ledgers.filter((ledger) => {
    const [sender, receiver] = ledger.channel.split('>');
    return sender?.split(':')[0] === from && receiver?.split(':')[0] === to;
  });
  return found[nth] ?? NO_CHANNEL;
}

/** As `channel`, at a virtual moment; without figures if that is no moment of the run. */
export function channelAt<P>(result: ScenarioResult<P>, ms: number, from: string, to: string, nth = 0): ChannelLedger {
  return ms >= 0 ? channel(result.ledgerAt(ms), from, to, nth) : NO_CHANNEL;
}

const NO_CALL: CallReport = { call: '', args: null, atMs: Number.NaN };

/** The nth call of that name, from 0; negative counts from the last. One without figures if there is none. */
export function call<P>(result: ScenarioResult<P>, process: string, name: string, nth = 0): CallReport {
  return result.calls(process, name).at(nth) ?? NO_CALL;
}

/** How long the call took, in virtual milliseconds; NaN if it never returned. */
export function duration(report: CallReport): number {
  return (report.returnedAtMs ?? Number.NaN) - report.atMs;
}

/** A figure of what the program returned; undefined if it did not get there. */
export function returned<P>(result: ScenarioResult<P>, process: string, key: string): unknown {
  const exit = result.process(process).exit;
  const value = exit !== null && 'value' in exit ? exit.value : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Reflect.get(value, key) : undefined;
}
