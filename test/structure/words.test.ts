import { expect, test } from 'vitest';
import { report } from './finding.ts';
import { parse, sourcesIn } from './source.ts';
import { checkWords, textsOf } from './words.ts';

const files = sourcesIn('src/lab').filter((file) =>
  /\/(words|texts|terms|stops)[^/]*(?<!\.test)\.tsx?$/.test(file.path),
);

test('the page speaks the words of the glossary, and Korean where it speaks Korean', () => {
  expect(files.flatMap(textsOf).length).toBeGreaterThan(0);
  expect(report(files.flatMap(checkWords))).toBe('');
});

test('texts are found as strings, as templates and as functions, with all that they can say', () => {
  const text = `export const WORDS = {
    cut: { en: 'Cut the cable', ko: '케이블 자르기' },
    off: (host: string): Text => ({ en: \`Power off \${host}\`, ko: \`\${host}의 전원 끄기\` }),
    left: { en: (n: number) => (n === 1 ? '1 byte' : \`\${n} bytes\`), ko: (n: number) => \`\${n}바이트\` },
  };`;
  expect(textsOf(parse('src/lab/view/words.ts', text)).map(({ said }) => said.trim())).toEqual([
    'Cut the cable',
    '케이블 자르기',
    'Power off',
    '의 전원 끄기',
    '1 byte   bytes',
    '바이트',
  ]);
});

test.each([
  ["{ en: 'Speed', ko: 'Speed' }", 'the Korean text has no Hangul: Speed'],
  ["{ en: 'The socket buffer', ko: '송신 버퍼' }", "'socket buffer' is not our word"],
  ["{ en: 'the send buffer', ko: '전송 버퍼' }", "'전송 버퍼' is not our word"],
  ["{ en: 'the window', ko: '수신 윈도' }", "'윈도' is not our word"],
])('refused: %s', (text, problem) => {
  const findings = checkWords(parse('src/lab/view/words.ts', `export const W = ${text};`));
  expect(findings.map((finding) => finding.problem)).toEqual([problem]);
});

test.each([
  "{ en: 'send()', ko: 'send()' }",
  "{ en: 'SO_SNDBUF', ko: 'SO_SNDBUF' }",
  "{ en: 'RTT, RTO', ko: 'RTT, RTO' }",
  "{ en: 'the window', ko: '수신 윈도우' }",
  "{ en: '→ 20', ko: '→ 20' }",
])('allowed: %s', (text) => {
  expect(checkWords(parse('src/lab/view/words.ts', `export const W = ${text};`))).toEqual([]);
});
