/**
 * A TAP device: an Ethernet cable whose one end is the kernel's interface and whose other end is this process.
 *
 *     kernel's TCP/IP -- interface `name` ==cable== fd -- us
 *
 * The device lives as long as its descriptor: when this process ends, however it ends, the kernel takes down the
 * interface with its addresses and routes. Offloads are off, so frames are as on a wire, with true checksums.
 * Source: Documentation/networking/tuntap.rst, linux/if_tun.h. Calls it: live.ts.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { ioctl, LinuxError, read, type Watch, watchReadable, write } from './libc.ts';
import { inNamespace } from './namespace.ts';

const DEVICE = '/dev/net/tun';
const TUNSETIFF = 0x400454ca;
const TUNSETCARRIER = 0x400454e2;
const IFF_TAP = 0x0002;
const IFF_NO_PI = 0x1000;
/** Refuses a name that exists, also when it is a TAP that somebody left for others to attach to. */
const IFF_TUN_EXCL = 0x8000;
const IFREQ_LENGTH = 40;
/** IFNAMSIZ, with its NUL. */
const NAME_LENGTH = 16;

/** Why a TAP cannot be had. `code`: 'EPERM' no right, 'ENOENT' no /dev/net/tun, 'EBUSY' the name is taken, … */
export class TapError extends Error {
  override readonly name = 'TapError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** True for what the kernel takes as an interface's name. */
export function isInterfaceName(name: string): boolean {
  return (
    /^[\x21-\x7e]+$/.test(name) && name.length < NAME_LENGTH && !/[/:%]/.test(name) && name !== '.' && name !== '..'
  );
}

/** An `ifreq` with this name; what follows it begins at IFREQ_UNION. */
export function ifreq(name: string): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(IFREQ_LENGTH);
  for (let i = 0; i < name.length; i++) bytes[i] = name.charCodeAt(i);
  return { bytes, view: new DataView(bytes.buffer) };
}

export const IFREQ_UNION = NAME_LENGTH;

export class Tap {
  readonly name: string;
  readonly #fd: number;
  #watch: Watch | undefined;
  #closed = false;

  /**
   * Creates the device, in the namespace of that name (`ip netns`) or in this process's own.
   * @throws TapError
   */
  static open(name: string, namespace?: string): Tap {
    if (!isInterfaceName(name)) throw new TapError('EINVAL', `'${name}' is no name for a network interface`);
    return new Tap(name, namespace === undefined ? openDevice(name) : inNamespace(namespace, () => openDevice(name)));
  }

  private constructor(name: string, fd: number) {
    this.name = name;
    this.#fd = fd;
  }

  /** The frame's length, or the errno negated: -EAGAIN when there is none. */
  read(into: Uint8Array): number {
    return read(this.#fd, into);
  }

  /** The frame's length, or the errno negated: -EIO while the kernel's interface is down. */
  write(frame: Uint8Array): number {
    return write(this.#fd, frame);
  }

  /** `readable` is called while frames wait; it must read until -EAGAIN or be called again. */
  watch(readable: () => void): void {
    this.#watch?.close();
    this.#watch = watchReadable(this.#fd, readable);
  }

  /** The link light of the kernel's interface. False: NO-CARRIER, as with a cable unplugged. */
  setCarrier(up: boolean): void {
    ioctl(this.#fd, TUNSETCARRIER, new Uint8Array(new Int32Array([up ? 1 : 0]).buffer));
  }

  /** The device, its addresses and routes are gone. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch?.close();
    closeSync(this.#fd);
  }
}

function openDevice(name: string): number {
  let fd: number;
  try {
    fd = openSync(DEVICE, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    throw refusal(error, name);
  }
  try {
    const { bytes, view } = ifreq(name);
    view.setUint16(IFREQ_UNION, IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL, true);
    ioctl(fd, TUNSETIFF, bytes);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw refusal(error, name);
  }
}

function refusal(error: unknown, name: string): unknown {
  const code = error instanceof LinuxError ? error.code : (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return new TapError('ENOENT', `there is no ${DEVICE}: the kernel's tun module is missing`);
    case 'EACCES':
    case 'EPERM':
      return new TapError('EPERM', `${DEVICE} may be used by root only (CAP_NET_ADMIN)`);
    case 'EBUSY':
    case 'EEXIST':
    case 'EINVAL':
      return new TapError('EBUSY', `an interface '${name}' exists already`);
    default:
      return error;
  }
}
