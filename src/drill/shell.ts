/**
 * The shell lines of a script: those that set sysctls are taken, all others are named as ignored. Nothing is ever run.
 *
 *     sysctl -q net.ipv4.tcp_rmem="4096 540000 $((15*1024*1024))"
 *     ../common/set_sysctls.py /proc/sys/net/ipv4/tcp_sack=0 /proc/sys/net/ipv4/tcp_wmem="4096 50000 4194304"
 *     echo 1 > /proc/sys/net/ipv4/tcp_sack        ./defaults.sh  (a file beside the script: its lines are read likewise)
 *
 * Calls it: `run.ts`.
 */
import { SYSCTL_NAMES } from '../host/sysctl.ts';

export interface ShellOutcome {
  /** Names and values of what our host has. */
  readonly sysctl: Readonly<Record<string, string>>;
  /** What changed nothing, in the script's words. */
  readonly ignored: readonly string[];
}

/** The text of a file that a script names; undefined: it cannot be read. */
export type ReadFile = (path: string) => string | undefined;

/** A word of a shell line: quotes keep blanks together. */
const WORD = /(?:[^\s"']|"[^"]*"|'[^']*')+/g;
const KNOWN: ReadonlySet<string> = new Set(SYSCTL_NAMES);
const DEEPEST = 4;
/** What is for the real kernel's sake alone. */
const NOISE = /^(?:#|set |exit|true$|:$|if |then$|fi$|else$|done$|\/tmp\/sysctl_restore)/;

export function settingsOf(command: string, readFile: ReadFile, depth = 0): ShellOutcome {
  const sysctl: Record<string, string> = {};
  const ignored: string[] = [];
  for (const line of linesOf(command)) {
    if (NOISE.test(line)) continue;
    const settings = settingsIn(line);
    if (settings !== undefined) {
      for (const [name, value] of settings) {
        if (KNOWN.has(name)) sysctl[name] = value;
        else ignored.push(`${name}=${value}`);
      }
      continue;
    }
    const path = line.match(WORD)?.[0] ?? '';
    const text = path.endsWith('.sh') && depth < DEEPEST ? readFile(path) : undefined;
    if (text === undefined) {
      ignored.push(line);
      continue;
    }
    const inner = settingsOf(text, readFile, depth + 1);
    Object.assign(sysctl, inner.sysctl);
    ignored.push(...inner.ignored);
  }
  return { sysctl, ignored };
}

function linesOf(command: string): string[] {
  return command
    .replace(/\\\n/g, ' ')
    .split(/\n|;|&&/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** [name, value] of each setting; undefined: the line sets nothing of a kernel's. */
function settingsIn(line: string): [string, string][] | undefined {
  const echo = /^echo\s+(.+?)\s*>\s*(\/proc\/sys\/\S+)$/.exec(line);
  if (echo?.[1] !== undefined && echo[2] !== undefined) return [[nameOf(echo[2]), plainValue(echo[1])]];
  const words = withArithmetic(line).match(WORD) ?? [];
  const [command = ''] = words;
  const isSysctl = command === 'sysctl' || command.endsWith('/sysctl') || command.endsWith('set_sysctls.py');
  if (!isSysctl) return undefined;
  return words.slice(1).flatMap((word): [string, string][] => {
    const at = word.indexOf('=');
    return at <= 0 || word.startsWith('-') ? [] : [[nameOf(word.slice(0, at)), plainValue(word.slice(at + 1))]];
  });
}

/** '/proc/sys/net/ipv4/tcp_sack' is net.ipv4.tcp_sack. */
function nameOf(path: string): string {
  return path.startsWith('/proc/sys/') ? path.slice('/proc/sys/'.length).replaceAll('/', '.') : path;
}

function plainValue(text: string): string {
  return text.replaceAll(/["']/g, '').trim();
}

/** $((15*1024*1024)), products and sums of numbers alone. */
function withArithmetic(line: string): string {
  return line.replace(/\$\(\(([\d\s*+]+)\)\)/g, (_, sum: string) =>
    String(
      sum
        .split('+')
        .map((product) => product.split('*').reduce((value, factor) => value * Number(factor), 1))
        .reduce((total, value) => total + value, 0),
    ),
  );
}
