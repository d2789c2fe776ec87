/**
 * The Node side of a gateway: for each simulated connection that its port takes, one real connection to the real server,
 * and what comes on either is passed to the other: bytes, as fast as the other end takes them; the end of a stream as the
 * end of a stream; a reset, or the loss of the connection, as a reset.
 *
 *     client ~~ simulated TCP ~~> near | far ---- real TCP ----> server
 *
 * A connection is taken by the simulated host before the real one is there, as every proxy's is; if the real one cannot
 * be had the simulated one is reset, and the process prints why.
 *
 * Source: node:net for the real side (allowHalfOpen, resetAndDestroy); epoll(7) for the simulated one.
 * Leaves out: urgent data, socket options (keep-alive, Nagle's algorithm is off on the real side).
 * Calls it: `node-platform.ts`.
 */
import { AsyncResource } from 'node:async_hooks';
import net from 'node:net';
import { Fifo } from '../base/fifo.ts';
import type { GatewayPlan, OpenGateway, RealPlace } from '../sim/platform.ts';
import type { Watch } from '../sim/real-servers.ts';
import type { Epoll, NonblockingSocket, PollFlags, System } from '../system/system.ts';

/** 'ECONNRESET' and its like. */
type ErrnoCode = Exclude<ReturnType<NonblockingSocket['recv']>, number>;

const READ_SIZE = 65_536;
const BACKLOG = 128;

/** Of no simulated program, whoever it is that lets the world go on: what runs in it has Node's own sockets. */
const outside = new AsyncResource('halfopen gateway');

/** Wakes the program that waits in epoll when something happens in the real system: an eventfd. */
class Bell {
  readonly id = 'eventfd';
  onReady: (() => void) | undefined = undefined;
  #rung = false;

  ring(): void {
    this.#rung = true;
    this.onReady?.();
  }

  quiet(): void {
    this.#rung = false;
  }

  pollFlags(): PollFlags {
    return { in: this.#rung, out: false, err: false, hup: false, rdhup: false, pri: false };
  }
}

/** What a joint is given by its gateway. */
interface Surroundings {
  /** Something happened in the real system: `joint` wants a step. */
  ring(joint: Joint): void;
  /** Calls it once the world has sent what it was given. */
  later(then: () => void): void;
  /** The real connection is closed. */
  closed(joint: Joint): void;
}

/** One simulated connection and the real one behind it. */
class Joint {
  readonly near: NonblockingSocket;
  readonly #far: net.Socket;
  readonly #watch: Watch;
  readonly #around: Surroundings;
  /** What the server said and the simulated socket had no room for. */
  readonly #answer = new Fifo<Uint8Array>();
  #connected = false;
  #passed = 0;
  #nearEnded = false;
  #nearShut = false;
  #farEnded = false;
  /** The real socket takes no more for now. */
  #farFull = false;
  /** Why the real connection is no more; undefined: it is. */
  #farFailed: NodeJS.ErrnoException | undefined = undefined;
  /** What the server said before its connection failed is on its way. */
  #lastWords: 'none' | 'leaving' | 'left' = 'none';
  /** Both directions of the simulated one have ended, or it has failed: epoll would tell so for ever. */
  #hung = false;

  constructor(near: NonblockingSocket, to: RealPlace, watch: Watch, around: Surroundings) {
    this.near = near;
    this.#around = around;
    this.#watch = watch;
    this.#far = net.connect({ ...to, allowHalfOpen: true, noDelay: true });
    // A script whose world has come to rest may end.
    this.#far.unref();
    this.#far
      .on('connect', () => {
        this.#connected = true;
        watch.connected();
        around.ring(this);
      })
      .on('data', (data) => this.#heard(() => this.#answer.push(data)))
      .on('end', () => this.#heard(() => (this.#farEnded = true)))
      .on('error', (error) => this.#heard(() => (this.#farFailed = error)))
      .on('drain', () => {
        this.#farFull = false;
        around.ring(this);
      })
      .on('close', () => around.closed(this));
  }

  #heard(note: () => void): void {
    note();
    this.#watch.heard();
    this.#around.ring(this);
  }

  /** Why there never was a real connection; undefined: there is or was one. */
  get refusal(): NodeJS.ErrnoException | undefined {
    return this.#connected ? undefined : this.#farFailed;
  }

  /** Passes on what can be passed on now. True: it is over. */
  step(flags?: PollFlags): boolean {
    this.#hung ||= flags?.hup === true;
    if (this.#farFailed !== undefined) return this.#loseFar();
    const failure = this.#deliver() ?? this.#collect(flags?.err === true);
    if (failure !== undefined) {
      // The simulated connection is lost: the server learns it as a reset.
      this.#abortFar();
      return this.#over();
    }
    return this.#nearShut && this.#nearEnded ? this.#over() : false;
  }

  /** From the server to the simulated connection. */
  #deliver(): ErrnoCode | undefined {
    for (let piece = this.#answer.shift(); piece !== undefined; piece = this.#answer.shift()) {
      const sent = this.near.send(piece);
      if (typeof sent !== 'number' && sent !== 'EAGAIN') return sent;
      const count = sent === 'EAGAIN' ? 0 : sent;
      if (count === piece.length) continue;
      this.#putBack(piece.subarray(count));
      this.#far.pause();
      return undefined;
    }
    if (this.#far.isPaused()) {
      this.#far.resume();
      // More of the answer lies there already, as a rule.
      this.#watch.heard();
    }
    if (this.#farEnded && !this.#nearShut) {
      this.#nearShut = true;
      this.near.shutdown('write');
    }
    return undefined;
  }

  #putBack(rest: Uint8Array): void {
    const behind = [...this.#answer];
    this.#answer.clear();
    for (const piece of [rest, ...behind]) this.#answer.push(piece);
  }

  /** From the simulated connection to the server. `all`: it has failed; what came before that is still the server's. */
  #collect(all: boolean): ErrnoCode | undefined {
    while (this.#connected && (all || !this.#farFull) && !this.#nearEnded) {
      const buffer = Buffer.alloc(READ_SIZE);
      const count = this.near.recv(buffer);
      if (count === 'EAGAIN') return undefined;
      if (typeof count !== 'number') return count;
      this.#passed += count;
      this.#nearEnded = count === 0;
      if (count === 0) this.#far.end();
      else this.#farFull = !this.#far.write(buffer.subarray(0, count));
      this.#watch.asked({ bytes: this.#passed, end: this.#nearEnded });
    }
    return undefined;
  }

  /** The real connection is lost: behind what the server has said last comes a reset. */
  #loseFar(): boolean {
    if (this.#lastWords === 'none' && this.#connected) {
      this.#lastWords = 'leaving';
      this.#deliver();
      // A reset in the same moment would overtake it.
      this.#around.later(() => {
        this.#lastWords = 'left';
        this.#around.ring(this);
      });
    }
    if (this.#lastWords === 'leaving') return false;
    this.near.setOption('SO_LINGER', { onoff: true, linger: 0 });
    return this.#over();
  }

  #over(): true {
    this.near.close();
    this.#watch.ended();
    return true;
  }

  /** Tells epoll what is waited for. */
  attend(epoll: Epoll): void {
    const wanted = {
      in: this.#connected && !this.#farFull && !this.#nearEnded,
      out: this.#answer.length > 0,
    };
    const isAttended = wanted.in || wanted.out || !this.#hung;
    epoll.ctl(this.near, isAttended ? wanted : undefined);
  }

  /** Settles when the real connection is closed. */
  close(): Promise<void> {
    this.#watch.ended();
    if (this.#far.closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#far.once('close', () => resolve());
      this.#abortFar();
    });
  }

  #abortFar(): void {
    // libuv refuses a reset behind a FIN, and leaves the socket open; the system sends one for answers that come later.
    if (this.#nearEnded) this.#far.destroy();
    else this.#far.resetAndDestroy();
  }
}

class Gateway implements OpenGateway {
  readonly #plan: GatewayPlan;
  readonly #place: string;
  /** By their simulated ends, while those are open. */
  readonly #joints = new Map<unknown, Joint>();
  /** Those whose real ends are. */
  readonly #open = new Set<Joint>();
  readonly #rung = new Set<Joint>();
  readonly #bell = new Bell();
  #isOpen = true;

  constructor(plan: GatewayPlan) {
    this.#plan = plan;
    const { host, port } = plan.to;
    this.#place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  serve(os: System): Promise<void> {
    return outside.runInAsyncScope(() => this.#serve(os));
  }

  async #serve(os: System): Promise<void> {
    const { nonblocking } = os;
    const { listen } = this.#plan;
    os.print(`gateway: port ${listen} of this host is the real server at ${this.#place}`);
    const listener = nonblocking.socket();
    listener.setOption('SO_REUSEADDR', true);
    const failure = listener.bind('0.0.0.0', listen) || listener.listen(BACKLOG);
    if (failure !== 0) {
      throw new Error(`gateway: it cannot listen on port ${listen}: ${failure}; allowed is a port that no program has`);
    }
    const epoll = nonblocking.epoll();
    epoll.ctl(listener, { in: true });
    epoll.ctl(this.#bell, { in: true });
    while (this.#isOpen) {
      for (const { socket, flags } of await epoll.wait()) {
        const joint = this.#joints.get(socket);
        if (joint !== undefined) this.#step(os, epoll, joint, flags);
        else if (socket === listener) this.#accept(os, epoll, listener);
      }
      this.#bell.quiet();
      const rung = [...this.#rung];
      this.#rung.clear();
      for (const joint of rung) if (this.#joints.has(joint.near)) this.#step(os, epoll, joint);
    }
  }

  #accept(os: System, epoll: Epoll, listener: NonblockingSocket): void {
    const near = listener.accept();
    if (typeof near === 'string') return;
    const silent = () => {
      os.print(`gateway: ${this.#place} did not answer ${nameOf(near)}; virtual time goes on`);
    };
    const around: Surroundings = {
      ring: (joint) => {
        this.#rung.add(joint);
        this.#bell.ring();
      },
      later: (then) => void os.sleep(0).then(then),
      closed: (joint) => this.#open.delete(joint),
    };
    const watch = this.#plan.watch(near, silent);
    const joint = outside.runInAsyncScope(() => new Joint(near, this.#plan.to, watch, around));
    this.#joints.set(near, joint);
    this.#open.add(joint);
    joint.attend(epoll);
  }

  #step(os: System, epoll: Epoll, joint: Joint, flags?: PollFlags): void {
    const client = nameOf(joint.near);
    if (!joint.step(flags)) {
      joint.attend(epoll);
      return;
    }
    epoll.ctl(joint.near, undefined);
    this.#joints.delete(joint.near);
    const { refusal } = joint;
    if (refusal === undefined) return;
    const why = refusal.code === 'ECONNREFUSED' ? 'no server listens there (ECONNREFUSED)' : refusal.message;
    os.print(`gateway: ${this.#place} could not be reached for ${client}, which was reset: ${why}`);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all([...this.#open].map((joint) => joint.close()));
  }
}

function nameOf({ remote }: NonblockingSocket): string {
  return remote === undefined ? 'a connection' : `${remote.address}:${remote.port}`;
}

export function gatewayTo(plan: GatewayPlan): OpenGateway {
  return new Gateway(plan);
}
