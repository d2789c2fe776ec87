/**
 * The command line of `halfopen serve`, checked: what is wrong is a UserError before anything was made.
 * Calls it: serve.ts.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseDuration } from '../base/time.ts';
import type { ImpairmentOptions } from '../linux/impair.ts';
import { isInterfaceName } from '../linux/tap.ts';
import {
  broadcastOf,
  formatPrefix,
  type IpAddress,
  type Ipv4Address,
  inPrefix,
  ipv4,
  type Prefix,
  parseAddress,
  parseInterfaceAddress,
  requireIpv4,
  sameAddress,
} from '../wire/address.ts';
import type { ServeWords } from './serve-words.ts';
import { UserError } from './user-error.ts';

/** What commander hands over: texts as they were typed. */
export interface ServeOptions {
  readonly tap: string;
  readonly address: string;
  readonly port: string;
  readonly mtu: string;
  readonly loss: string;
  readonly reorder: string;
  readonly delay: string;
  readonly seed?: string;
}

export interface ServePlan {
  /** As the user wrote it. */
  readonly directory: string;
  readonly tap: string;
  /** '10.77.0.2/24' */
  readonly interfaceAddress: string;
  readonly address: IpAddress;
  readonly prefix: Prefix;
  /** The network's first address. */
  readonly kernelAddress: IpAddress;
  readonly port: number;
  readonly mtu: number;
  readonly impairment: Required<ImpairmentOptions>;
  /** Undefined: a different one each time. */
  readonly seed: number | undefined;
}

/** @throws UserError */
export function planServe(directory: string, options: ServeOptions, words: ServeWords): ServePlan {
  if (process.platform !== 'linux') throw new UserError(words.notLinux);
  checkDirectory(directory, words);
  if (!isInterfaceName(options.tap)) throw new UserError(words.wrongTap(options.tap));
  const { address, prefix, kernelAddress } = addresses(options.address, words);
  checkIsFree(prefix, words);
  return {
    directory,
    tap: options.tap,
    interfaceAddress: options.address,
    address,
    prefix,
    kernelAddress,
    port: integer(options.port, 1, 65535, words.wrongPort),
    mtu: integer(options.mtu, 576, 65521, words.wrongMtu),
    impairment: {
      loss: share('--loss', options.loss, words),
      reorder: share('--reorder', options.reorder, words),
      delay: delay(options.delay, words),
    },
    seed: options.seed === undefined ? undefined : integer(options.seed, 0, 0xffff_ffff, words.wrongSeed),
  };
}

function checkDirectory(directory: string, words: ServeWords): void {
  try {
    if (!statSync(realpathSync(directory)).isDirectory()) throw new UserError(words.notADirectory(directory));
    accessSync(directory, constants.R_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(words.noDirectory(directory, (error as NodeJS.ErrnoException).code ?? String(error)));
  }
}

function addresses(
  text: string,
  words: ServeWords,
): { readonly address: IpAddress; readonly prefix: Prefix; readonly kernelAddress: Ipv4Address } {
  let parsed: ReturnType<typeof parseInterfaceAddress>;
  try {
    parsed = parseInterfaceAddress('--address', text);
    requireIpv4('--address', parsed.address);
  } catch {
    throw new UserError(words.wrongAddress(text));
  }
  const { address, prefix } = parsed;
  const kernelAddress = ipv4(requireIpv4('--address', prefix.network).bits + 1);
  if (prefix.length > 30 || sameAddress(address, kernelAddress)) throw new UserError(words.noRoomForKernel(text));
  if (sameAddress(address, prefix.network) || address.key === broadcastOf(prefix)?.key) {
    throw new UserError(words.wrongAddress(text));
  }
  return { address, prefix, kernelAddress };
}

/** A second route to the same network would send the answers elsewhere. */
function checkIsFree(prefix: Prefix, words: ServeWords): void {
  for (const [device, entries = []] of Object.entries(networkInterfaces())) {
    for (const { family, address, cidr } of entries) {
      if (family !== 'IPv4' || cidr === null) continue;
      const other = parseInterfaceAddress('address', cidr).prefix;
      if (inPrefix(parseAddress('address', address), prefix) || inPrefix(prefix.network, other)) {
        throw new UserError(words.networkInUse(formatPrefix(prefix), device, address));
      }
    }
  }
}

function integer(text: string, least: number, most: number, wrong: (value: string) => string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UserError(wrong(text));
  return value;
}

function share(option: string, text: string, words: ServeWords): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new UserError(words.wrongShare(option, text));
  return value;
}

function delay(text: string, words: ServeWords): string {
  try {
    parseDuration('--delay', text);
    return text;
  } catch {
    throw new UserError(words.wrongDelay(text));
  }
}
