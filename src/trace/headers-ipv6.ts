/**
 * Reads the IPv6 header of a captured frame, what stands between it and the transport's, and ICMPv6.
 *
 * As `headers.ts`, it shares no code with `wire/`: RFC 8200, 3 and 4; RFC 4443, 2.1; RFC 4861, 4.3 and 4.4; addresses
 * are written as RFC 5952, 4 has them.
 *
 * Calls it: `headers.ts`.
 */

/** What lies behind the headers of IP. */
export interface Ipv6Fields {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  /** Bytes from `transport` to the packet's end. */
  readonly length: number;
  readonly number: number;
  /** Where the transport's header starts. */
  readonly transport: number;
  readonly fragmentOffset: number;
}

const HEADER = 40;
const FRAGMENT = 44;
/** Hop-by-hop options, routing, destination options: each tells its length in eights. */
const SKIPPED = [0, 43, 60];

/** undefined if it is none, or too little of it is there. */
export function readIpv6(view: DataView, at: number): Ipv6Fields | undefined {
  if (view.byteLength < at + HEADER || view.getUint8(at) >> 4 !== 6) return undefined;
  let number = view.getUint8(at + 6);
  let transport = at + HEADER;
  let fragmentOffset = 0;
  while ((SKIPPED.includes(number) || number === FRAGMENT) && fragmentOffset === 0) {
    if (view.byteLength < transport + 8) return undefined;
    const length = number === FRAGMENT ? 8 : (view.getUint8(transport + 1) + 1) * 8;
    if (number === FRAGMENT) fragmentOffset = view.getUint16(transport + 2) & 0xfff8;
    number = view.getUint8(transport);
    transport += length;
  }
  const length = at + HEADER + view.getUint16(at + 4) - transport;
  if (length < 0) return undefined;
  return {
    source: address6(view, at + 8),
    destination: address6(view, at + 24),
    ttl: view.getUint8(at + 7),
    length,
    number,
    transport,
    fragmentOffset,
  };
}

/** Who is asked for, or told of, by a neighbour's message; undefined for other messages. */
export function ndpTarget(view: DataView, at: number): string | undefined {
  const type = view.getUint8(at);
  return (type === 135 || type === 136) && view.byteLength >= at + 24 ? address6(view, at + 8) : undefined;
}

/** The 16 bytes there, as RFC 5952 writes them. */
export function address6(view: DataView, at: number): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(view.getUint16(at + i).toString(16));
  const text = groups.join(':');
  // RFC 5952, 4.2: the longest run of two zeros or more, the first of equal ones.
  let longest = '';
  for (const [run] of text.matchAll(/(?<=^|:)0(?::0)+(?=:|$)/g)) if (run.length > longest.length) longest = run;
  if (longest === '') return text;
  const start = longest === text ? 0 : startOf(text, longest);
  const head = text.slice(0, start).replace(/:$/, '');
  const tail = text.slice(start + longest.length).replace(/^:/, '');
  return `${head}::${tail}`;
}

/** Where the run begins as a group: '0:0' also stands within '10:0'. */
function startOf(text: string, run: string): number {
  if (text.startsWith(`${run}:`)) return 0;
  const inside = text.indexOf(`:${run}:`);
  return inside >= 0 ? inside + 1 : text.length - run.length;
}
