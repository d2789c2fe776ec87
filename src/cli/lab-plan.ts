/**
 * The command line of `halfopen lab`, checked: what is wrong is a UserError before anything was opened.
 * Calls it: lab.ts.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename } from 'node:path';
import type { LabWords } from './lab-words.ts';
import { UserError } from './user-error.ts';

const FIRST_PORT = 4680;
/** How many ports are tried, from the first on, when the user named none. */
const TRIED_PORTS = 100;

/** What commander hands over: texts as they were typed. */
export interface LabOptions {
  readonly port?: string;
  readonly host: string;
  readonly open?: boolean;
}

export interface LabPlan {
  readonly host: string;
  /** Tried in this order; one alone if the user named it. 0: any free one. */
  readonly ports: readonly number[];
  readonly isPortGiven: boolean;
  /** Only this machine can reach it. */
  readonly isLoopback: boolean;
  readonly open: boolean;
  readonly given: GivenFile | undefined;
}

/** A trace or a scenario of the user's, for the page to open. */
export interface GivenFile {
  readonly path: string;
  /** Its name without folders: the page tells its kind by the ending. */
  readonly name: string;
}

/** @throws UserError */
export function planLab(
  file: string | undefined,
  options: LabOptions,
  environment: Readonly<Record<string, string | undefined>>,
  words: LabWords,
): LabPlan {
  const port = options.port === undefined ? undefined : portOf(options.port);
  if (options.port !== undefined && port === undefined) throw new UserError(words.wrongPort(options.port));
  // A wrong PORT was most likely meant for something else: it is no reason to refuse.
  const first = port ?? portOf(environment.PORT ?? '') ?? FIRST_PORT;
  return {
    host: options.host,
    ports: port !== undefined || first === 0 ? [first] : portsFrom(first),
    isPortGiven: port !== undefined,
    isLoopback: isLoopback(options.host),
    open: options.open === true,
    given: file === undefined ? undefined : givenFile(file, words),
  };
}

function portOf(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

function portsFrom(first: number): number[] {
  const count = Math.min(TRIED_PORTS, 65_536 - first);
  return Array.from({ length: count }, (_, index) => first + index);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** @throws UserError */
function givenFile(path: string, words: LabWords): GivenFile {
  let place: string;
  try {
    place = realpathSync(path);
    accessSync(place, constants.R_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(words.cannotRead(path, reason));
  }
  if (!statSync(place).isFile()) throw new UserError(words.notAFile(path));
  if (!/\.(jsonl|m?[jt]s)$/.test(path)) throw new UserError(words.unknownKind(path));
  return { path: place, name: basename(path) };
}
