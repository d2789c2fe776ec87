/**
 * Drives one host's stack in real time on a TAP device: the kernel on the other end sees a machine of its own.
 *
 *     program -- sockets -- Stack -- [ impairment ] -- TAP == kernel
 *
 * Frames in, time passed and system calls lead to `flush`, which sends what is due; then one timer waits for the stack's
 * next deadline. The clock is monotonic; deadlines fire late by as much as Node's timers do (about 1 ms).
 * Source: the driver's duties are in host/stack.ts. Left out on purpose: more than one interface; routes beyond the
 * network of the device, so that what it can reach is the kernel alone.
 * Calls it: serve.ts, anybody who imports `halfopen/linux`.
 */
import { checkInteger, checkKeys } from '../base/check.ts';
import { Rng } from '../base/rng.ts';
import { SILENT, type Sink } from '../base/sink.ts';
import { MILLISECOND, type Nanoseconds, NEVER } from '../base/time.ts';
import type { Interface } from '../host/interface.ts';
import { linux } from '../host/profiles.ts';
import { Stack } from '../host/stack.ts';
import { linuxAccounting } from '../tcp/accounting.ts';
import type { LayerEvent } from '../trace/event.ts';
import type { Recorder } from '../trace/recorder.ts';
import {
  formatAddress,
  type IpAddress,
  type Ipv4Address,
  ipv4,
  type MacAddress,
  parseInterfaceAddress,
  parseIpv4Address,
  requireIpv4,
  sameAddress,
} from '../wire/address.ts';
import { FRAME_START, type Frame, FramePool } from '../wire/frame.ts';
import { configureDevice } from './device.ts';
import { Impairment, type ImpairmentOptions } from './impair.ts';
import { EAGAIN, LinuxError } from './libc.ts';
import { LiveProcess } from './live-process.ts';
import { SecretRng } from './secret-rng.ts';
import { Tap } from './tap.ts';

export interface LiveOptions {
  /** Name of the TAP device; it must not exist. */
  readonly tap: string;
  /** Namespace (`ip netns`) in which the device is made; default: this process's own. */
  readonly namespace?: string | undefined;
  /** Our address with its network: '10.77.0.2/24'. */
  readonly address: string;
  /** The kernel's address on the device; default: the network's first. */
  readonly kernelAddress?: string;
  /** Longest IP packet, 576 to 65521 bytes; default 1500. */
  readonly mtu?: number;
  readonly sysctl?: Readonly<Record<string, number | string>>;
  readonly impairment?: ImpairmentOptions;
  /** Seed of the impairment alone; default: a secret one. */
  readonly seed?: number | undefined;
  /** Gets the events of the stack and the frames that cross the device, in either direction. */
  readonly recorder?: Recorder;
  /** The device is gone: somebody removed it. The host is closed then. */
  readonly onGone?: () => void;
}

const OPTIONS = [
  'tap',
  'namespace',
  'address',
  'kernelAddress',
  'mtu',
  'sysctl',
  'impairment',
  'seed',
  'recorder',
  'onGone',
] as const satisfies readonly (keyof LiveOptions)[];

const ETHERNET_HEADER = 14;
/** ETH_MAX_MTU less the Ethernet header: what Linux gives a TAP device. */
const LARGEST_MTU = 65_521;
/** The kernel's interface is down: frames are lost, as on a cable without carrier. */
const EIO = 5;
const ENOBUFS = 105;
/** The device was removed under the descriptor. */
const EBADFD = 77;
const ENODEV = 19;
/** Frames handled before what they caused is sent: few enough that ACKs come in time, many enough to be cheap. */
const BATCH = 64;
const BATCHES_A_TURN = 8;
/** How long peers may take to ask back after a reset. */
const CHALLENGE_MS = 100;
/** setTimeout's longest. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class LiveHost implements Disposable {
  readonly name = 'halfopen';
  readonly stack: Stack;
  readonly address: IpAddress;
  readonly kernelAddress: Ipv4Address;
  /** Frames that the device did not take, because the kernel's end was down or full. */
  refused = 0;

  /** The programs of this Node process that make system calls on the host. */
  readonly process: LiveProcess;

  readonly #tap: Tap;
  readonly #pool = new FramePool();
  readonly #interface: Interface;
  readonly #inward: Impairment | undefined;
  readonly #outward: Impairment | undefined;
  readonly #recorder: Recorder | undefined;
  readonly #onGone: (() => void) | undefined;
  readonly #longest: number;
  readonly #origin = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires; NEVER without one. */
  #armed: Nanoseconds = NEVER;
  #immediate: NodeJS.Immediate | undefined;
  /** Frames are being handled: what they cause is flushed at their end. */
  #handling = false;
  #closed = false;
  #isBypassed = false;

  /**
   * Makes the device, gives the kernel's end its address, and starts the stack.
   * @throws TypeError, RangeError for a wrong option; TapError; LinuxError if the kernel's end cannot be set up. Nothing
   *   is left behind then.
   */
  constructor(options: LiveOptions) {
    checkKeys('options', options, OPTIONS);
    const { recorder } = options;
    const mtu = checkInteger('options.mtu', options.mtu ?? 1500, 576, LARGEST_MTU);
    const { address, prefix } = parseInterfaceAddress('options.address', options.address);
    this.address = address;
    this.kernelAddress =
      options.kernelAddress === undefined
        ? ipv4(requireIpv4('options.address', prefix.network).bits + 1)
        : parseIpv4Address('options.kernelAddress', options.kernelAddress);
    if (prefix.length > 30 || sameAddress(address, this.kernelAddress)) {
      throw new RangeError(
        `options.address: '${options.address}' leaves no address for the kernel (${formatAddress(this.kernelAddress)}); allowed is another one, in a network of /30 or larger`,
      );
    }
    this.#longest = mtu + ETHERNET_HEADER;
    this.#recorder = recorder;
    this.#onGone = options.onGone;
    this.#tap = Tap.open(options.tap, options.namespace);
    try {
      const { tap: name, namespace } = options;
      configureDevice({ name, namespace, address: this.kernelAddress, prefix, mtu });
      const secrets = new SecretRng();
      this.stack = new Stack({
        name: this.name,
        profile: linux,
        sysctl: options.sysctl ?? {},
        accounting: 'linux',
        sink: this.sink,
        rng: secrets,
        pool: this.#pool,
      });
      this.stack.onWork = () => this.#soon();
      const limits = { accounting: linuxAccounting, sysctl: this.stack.sysctl };
      this.process = new LiveProcess(this, 'node', limits);
      this.#interface = this.stack.addInterface('eth0', {
        mac: randomMac(secrets),
        address: this.address,
        prefix,
        mtu,
      });
      if (options.impairment !== undefined) {
        const rng = options.seed === undefined ? secrets : new Rng(options.seed);
        this.#inward = new Impairment(options.impairment, rng.fork('in'), (frame) => this.#arrived(frame));
        this.#outward = new Impairment(options.impairment, rng.fork('out'), (frame) => this.#write(frame));
      }
      this.#interface.transmit = (frame) => this.#transmit(frame);
      this.#tap.watch(() => this.#readable());
    } catch (error) {
      this.#tap.close();
      throw error;
    }
  }

  /** Nanoseconds since the host was started. */
  now(): Nanoseconds {
    return Math.floor((performance.now() - this.#origin) * MILLISECOND);
  }

  /** Where the layers put their events. */
  get sink(): Sink<LayerEvent> {
    return this.#recorder?.sinkFor(this.name, this) ?? (SILENT as Sink<LayerEvent>);
  }

  /** Frames that somebody holds: in a receive buffer, on the impaired cable, at a neighbour that does not answer. */
  get framesHeld(): number {
    return this.#pool.taken;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Frames that the impairment lost and delayed, both directions together. */
  get impaired(): { readonly lost: number; readonly reordered: number } {
    const both = [this.#inward, this.#outward];
    const sum = (of: (one: Impairment) => number) => both.reduce((total, one) => total + (one ? of(one) : 0), 0);
    return { lost: sum((one) => one.lost), reordered: sum((one) => one.reordered) };
  }

  /**
   * Ends every connection at once, so that the peers hear of it (RST), past any impairment. A peer that missed what was
   * on its way asks back with a challenge ACK (RFC 5961, 3.2), so this settles a moment later: then `close` may follow.
   */
  async reset(): Promise<void> {
    const connections = [...this.stack.connections()];
    if (this.#closed || connections.length === 0) return;
    this.#isBypassed = true;
    const now = this.now();
    this.stack.now = now;
    for (const connection of connections) connection.abort(now);
    this.flush();
    await new Promise((resolve) => setTimeout(resolve, CHALLENGE_MS));
  }

  /** The host is gone without a word, as without power; device and addresses are gone with it. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.process.powerOff();
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#inward?.close();
    this.#outward?.close();
    this.stack.powerOff();
    this.#tap.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Sends what is due now, and waits for the next deadline. */
  flush(): void {
    if (this.#closed) return;
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    const now = this.now();
    this.stack.now = now;
    this.stack.flush(now);
    this.#arm(this.stack.pollTimeout(), now);
  }

  /** There is work: it is done when the programs have had their turn, all of it at once. */
  #soon(): void {
    if (this.#immediate === undefined && !this.#handling && !this.#closed)
      this.#immediate = setImmediate(() => this.flush());
  }

  #arm(deadline: Nanoseconds, now: Nanoseconds): void {
    // A timer that is early enough stays: when it fires, the stack is asked again.
    if (deadline >= this.#armed) return;
    clearTimeout(this.#timer);
    this.#armed = deadline;
    const wait = Math.min(LONGEST_TIMER, Math.max(0, Math.ceil((deadline - now) / MILLISECOND)));
    this.#timer = setTimeout(() => this.#timeout(), wait);
  }

  #timeout(): void {
    this.#armed = NEVER;
    const now = this.now();
    const deadline = this.stack.pollTimeout();
    // setTimeout may be early.
    if (deadline > now) {
      this.#arm(deadline, now);
      return;
    }
    this.stack.now = now;
    this.stack.handleTimeout(now);
    this.flush();
  }

  #readable(): void {
    for (let batch = 0; batch < BATCHES_A_TURN; batch++) {
      this.#handling = true;
      const isEmpty = this.#readBatch();
      this.#handling = false;
      if (this.#closed) return;
      this.flush();
      if (isEmpty) return;
    }
  }

  /** True if the device has no more frames. */
  #readBatch(): boolean {
    for (let n = 0; n < BATCH; n++) {
      const frame = this.#pool.take(this.#longest);
      const length = this.#tap.read(frame.bytes.subarray(FRAME_START, frame.end));
      if (length <= 0) {
        frame.release();
        if (length === 0 || length === -EAGAIN || length === -EIO) return true;
        this.#failed(-length, 'read');
        return true;
      }
      frame.end = FRAME_START + length;
      if (this.#inward === undefined || this.#isBypassed) this.#handle(frame);
      else this.#inward.send(frame);
    }
    return false;
  }

  /** A frame comes out of the impairment: perhaps long after it was read. */
  #arrived(frame: Frame): void {
    this.#handle(frame);
    this.#soon();
  }

  #handle(frame: Frame): void {
    const now = this.now();
    if (this.#recorder?.on === true) this.#recorder.frameSent('kernel', now, this.#tap.name, this.#tap.name, frame);
    this.stack.now = now;
    this.stack.handleFrame(this.#interface, frame, now);
  }

  #transmit(frame: Frame): void {
    if (this.#closed) frame.release();
    else if (this.#outward === undefined || this.#isBypassed) this.#write(frame);
    else this.#outward.send(frame);
  }

  #write(frame: Frame): void {
    if (this.#recorder?.on === true) {
      this.#recorder.frameSent(this.name, this.now(), this.#interface.name, this.#tap.name, frame);
    }
    const written = this.#tap.write(frame.bytes.subarray(FRAME_START, frame.end));
    frame.release();
    if (written >= 0) return;
    this.refused += 1;
    if (written !== -EAGAIN && written !== -EIO && written !== -ENOBUFS) this.#failed(-written, 'write');
  }

  /** A removed device is news for the user; anything else is a mistake of ours. */
  #failed(errno: number, syscall: string): void {
    if (this.#closed) return;
    // Not from inside of the stack, which may be sending: its state must stay until it has returned.
    if (errno !== EBADFD && errno !== ENODEV) throw new LinuxError(syscall, errno);
    setImmediate(() => {
      if (this.#closed) return;
      this.close();
      this.#onGone?.();
    });
  }
}

/** Locally administered, no group. */
function randomMac(rng: Rng): MacAddress {
  return 0x02_00_00_00_00_00 + rng.below(0x100) * 0x1_0000_0000 + rng.uint32();
}
