/**
 * The words of the page: every `words.ts` below src/lab, read by its syntax, so that no browser is needed. A text is an
 * object with `en` and `ko`, each a string, a template, or a function that makes one.
 *
 * Rules: a Korean text holds Hangul or is a name that is the same in every language; words that the glossary does not
 * want are in neither. Only words that are wrong wherever they stand are on the list: many more are wrong in one sense.
 */
import type { Finding } from './finding.ts';
import { isNode, type Node, nameOf, place, type SourceFile, walk } from './source.ts';

export interface FoundText {
  readonly language: 'en' | 'ko';
  readonly offset: number;
  /** All that it can say, its variables as one blank each. */
  readonly said: string;
}

/** Languages' own names, calls, states, flags, units, and numbers: nothing of it is translated. */
const NAMES = [
  /^[\s\d.,:;+\-–—−×÷·/%()[\]→←↑↓↔<>=≥≤~…✕✓●○#&|"'`?!*]*$/,
  /^(halfopen|TCP|IP|UDP|ICMP|ARP|Ethernet|English|ACK|SYN|FIN|RST|PSH|URG|MSS|RTT|RTO|SRTT|cwnd|ssthresh|MTU|TTL)$/,
  /^(accept|close|connect|listen|print|recv|send|shutdown|sleep)$/,
  /^(Linux|Windows|BSD|macOS|JSON|pcap|TypeScript|JavaScript|hex|Tcb|TCB|SHA-256|URL)$/,
];

/** What the glossary says not to write, as far as no other sense of the word is ours. */
const FORBIDDEN = {
  en: [
    /\b(server|client) sockets?\b/i,
    /\b(user|kernel|socket) buffers?\b/i,
    /\bstuck\b/i,
    /\bundelivered\b/i,
    /\bdisconnect(s|ed|ion)?\b/i,
    /\bdetection latency\b/i,
    /\bfake time\b/i,
  ],
  ko: [
    /시스템(?! 호출)/,
    /(서버|클라이언트) 소켓/,
    /대화/,
    /회선/,
    /유저 버퍼|커널 버퍼|소켓 버퍼/,
    /어플리케이션/,
    /전송 버퍼/,
    /막힘|멈춤/,
    /순서 오류/,
    /미수신/,
    /전달 완료/,
    /윈도(?!우)/,
    /연결 끊기/,
    /전원 종료|죽이기/,
    /반쯤 열린/,
    /침묵/,
    /원장/,
  ],
} as const;

/** Every text of the file, in its order. */
export function textsOf(file: SourceFile): FoundText[] {
  const texts: FoundText[] = [];
  walk(file.tree, (node) => {
    if (node.type !== 'ObjectExpression') return;
    const properties = (node.properties as Node[]).filter(({ type }) => type === 'Property');
    const named = new Map(properties.map((property) => [nameOf(property.key), property]));
    for (const language of ['en', 'ko'] as const) {
      const value = named.get(language)?.value;
      if (!named.has('en') || !named.has('ko') || !isNode(value)) continue;
      const said = saidBy(value);
      // The value is an object of texts, or a name: what it names is read where it stands.
      if (said !== undefined) texts.push({ language, offset: value.start, said });
    }
  });
  return texts;
}

function saidBy(value: Node): string | undefined {
  if (value.type === 'ObjectExpression' || value.type === 'Identifier') return undefined;
  const parts: string[] = [];
  walk(value, (node, parent) => {
    // What is compared is not said: kind === 'cut'.
    if (parent?.type === 'BinaryExpression' && parent.operator !== '+') return;
    if (node.type === 'Literal' && typeof node.value === 'string') parts.push(node.value);
    if (node.type === 'TemplateElement') parts.push(String((node.value as { cooked?: string }).cooked ?? ''));
  });
  return parts.join(' ');
}

export function checkWords(file: SourceFile): Finding[] {
  return textsOf(file).flatMap((text) => {
    const at = place(file, text.offset);
    const findings: Finding[] = [];
    if (text.language === 'ko' && !/[가-힣]/.test(text.said) && !isName(text.said)) {
      const remedy = 'translate it, or put the name on the list in test/structure/words.ts';
      findings.push({ place: at, problem: `the Korean text has no Hangul: ${text.said}`, remedy });
    }
    for (const pattern of FORBIDDEN[text.language]) {
      const word = pattern.exec(text.said)?.[0];
      if (word === undefined) continue;
      findings.push({ place: at, problem: `'${word}' is not our word`, remedy: 'take the word of the glossary' });
    }
    return findings;
  });
}

/** All its words are names: calls ('send()', 'SO_SNDBUF'), or on the list. */
function isName(said: string): boolean {
  return said
    .split(/[\s,·/]+/)
    .every((word) => /^[a-zA-Z_]+\(.*\)$|^[A-Z][A-Z0-9_]+$/.test(word) || NAMES.some((name) => name.test(word)));
}
