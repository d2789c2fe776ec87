/**
 * Bad input of every kind: each is told in one clear sentence, in the reader's language, and what was there stays. One page
 * for each language takes it all, one after the other, and is still whole at the end.
 */
import { deflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab, type Lab } from './support/browser.ts';
import { endOf, pictureOf } from './support/page.ts';

/** A part of what is told, in English; in Korean it is told too. */
type Kinds<Input> = Readonly<Record<string, readonly [input: Input, told: RegExp]>>;

const link = (value: unknown) => `#v1.${deflateRawSync(JSON.stringify(value)).toString('base64url')}`;
const COPY = { name: 'copy', seed: 1, set: {}, acts: [] };
const act = (one: object) => link({ plan: { ...COPY, acts: [{ at: 1, ...one }] }, cursor: 0 });

const LINKS: Kinds<string> = {
  'cut off': [link({ plan: { ...COPY, source: 'x'.repeat(50) }, cursor: 3 }).slice(0, -9), /damaged/],
  'of another version': ['#v2.AAAA', /version v2/],
  'of a version that is no number': ['#v99999999999999999999.AAAA', /version v9+/],
  'without anything': ['#v1.', /damaged/],
  'no base64': ['#v1.%EA%B0%80', /damaged/],
  'base64 of no deflated text': ['#v1.AAAA', /damaged/],
  'with text that is no JSON': [`#v1.${deflateRawSync('copy').toString('base64url')}`, /damaged/],
  'with a list': [link([1, 2]), /damaged/],
  'with null': [link(null), /damaged/],
  'with a plan that is a text': [link({ plan: 'copy', cursor: 0 }), /damaged/],
  'with a negative seed': [link({ plan: { ...COPY, seed: -1 }, cursor: 0 }), /damaged/],
  'with half a seed': [link({ plan: { ...COPY, seed: 0.5 }, cursor: 0 }), /damaged/],
  'with a huge seed': [link({ plan: { ...COPY, seed: 1e300 }, cursor: 0 }), /damaged/],
  'with a cursor that is no number': [link({ plan: COPY, cursor: 'end' }), /damaged/],
  'with a negative cursor': [link({ plan: COPY, cursor: -7 }), /damaged/],
  'with an unknown scenario': [
    link({ plan: { ...COPY, name: 'no-such' }, cursor: 0 }),
    /no built-in scenario 'no-such'/,
  ],
  'with the name of what every object has': [
    link({ plan: { ...COPY, name: 'constructor' }, cursor: 0 }),
    /no built-in scenario/,
  ],
  'with the name __proto__': [link({ plan: { ...COPY, name: '__proto__' }, cursor: 0 }), /no built-in scenario/],
  'with an unknown parameter': [link({ plan: { ...COPY, set: { colour: 1 } }, cursor: 0 }), /'colour' is no parameter/],
  'with a parameter out of range': [
    link({ plan: { ...COPY, set: { readSize: -5 } }, cursor: 0 }),
    /readSize.*allowed is/,
  ],
  'with a parameter __proto__': [
    `#v1.${deflateRawSync('{"plan":{"name":"copy","seed":1,"set":{"__proto__":1},"acts":[]},"cursor":0}').toString('base64url')}`,
    /__proto__|damaged/,
  ],
  'with an unknown fault left out': [link({ plan: { ...COPY, without: 'no-such' }, cursor: 0 }), /no-such/],
  'with an unknown deed': [act({ do: 'burn', target: 'A' }), /damaged/],
  'with a deed at an unknown host': [act({ do: 'power-off', target: 'Z' }), /no target 'Z'/],
  'with a deed at an unknown cable': [act({ do: 'cut', target: '__proto__' }), /no target '__proto__'/],
  'with a deed at no moment': [act({ do: 'cut', target: 'cable', at: 'never' }), /never/],
  'with a deed before the beginning': [act({ do: 'cut', target: 'cable', at: -5 }), /-5/],
  'with a deed after 300 years': [act({ do: 'cut', target: 'cable', at: 1e16 }), /allowed is/],
  'with a deed after a negative event': [act({ do: 'cut', target: 'cable', after: -1 }), /damaged/],
  'with typed text that is no base64': [act({ do: 'type', target: 'client', data: '한글' }), /base64/],
  'with a typed file of 3 TB': [
    act({ do: 'type', target: 'client', file: { name: 'x', size: 3e12, sha256: '0'.repeat(64) } }),
    /damaged/,
  ],
  'with hosts that are a list': [link({ plan: { ...COPY, hosts: [1] }, cursor: 0 }), /damaged/],
  'with an unknown host': [link({ plan: { ...COPY, hosts: { Z: { profile: 'linux' } } }, cursor: 0 }), /Z/],
  'with an unknown profile': [link({ plan: { ...COPY, hosts: { A: { profile: 'beos' } } }, cursor: 0 }), /beos/],
  'with a cable of no speed': [link({ plan: { ...COPY, cables: { cable: { rate: 'fast' } } }, cursor: 0 }), /rate/],
  'with a million acts': [link({ plan: { ...COPY, acts: new Array(60_000).fill(0) }, cursor: 0 }), /damaged/],
  'that unpacks to very much': [link({ plan: { ...COPY, source: ' '.repeat(3_000_000) }, cursor: 0 }), /too large/],
  'of a megabyte': [`#v1.${'A'.repeat(1_100_000)}`, /too large/],
  'of a trace without a name': [link({ trace: { size: 1, sha256: '0'.repeat(64) }, cursor: 0 }), /damaged/],
  'of a file of another server': ['#open=https://example.org/x.jsonl', /its own server only/],
  'of a file that is not there': ['#open=given/no-such.jsonl', /404/],
  'of a file whose address is none': ['#open=http://%', /no address of a file/],
};

const HEAD = '{"halfopen":"trace","version":1,"frames":"heads"}\n';
const WORLD = '{"n":1,"at":0,"host":"","cause":0,"kind":"world.started","version":1}\n';
const HOST =
  '{"n":2,"at":0,"host":"A","cause":0,"kind":"host.added","name":"A","what":"host","addresses":["10.0.0.1/24"]}\n';
const PCAP = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');

const FILES: Kinds<{ readonly name: string; readonly content: string | Buffer }> = {
  'an empty trace': [{ name: 'a.jsonl', content: '' }, /empty/],
  'a trace with nothing but a head': [{ name: 'a.jsonl', content: HEAD }, /without any host/],
  'a trace of another version': [{ name: 'a.jsonl', content: HEAD.replace('1', '99') }, /version 99/],
  'a trace cut in a line': [
    { name: 'a.jsonl', content: HEAD + WORLD + HOST.slice(0, 30) },
    /line 3 of the trace is not JSON/,
  ],
  'a trace with a list': [{ name: 'a.jsonl', content: `${HEAD}[]\n` }, /line 2/],
  'a trace without its head': [{ name: 'a.jsonl', content: WORLD }, /not a trace/],
  'other JSON lines': [{ name: 'a.jsonl', content: '{"a":1}\n{"a":2}\n' }, /not a trace/],
  'events out of order': [{ name: 'a.jsonl', content: HEAD + HOST + WORLD }, /n must be 1/],
  'an event before the one before': [
    { name: 'a.jsonl', content: HEAD + WORLD.replace('"at":0', '"at":9') + HOST },
    /at must not be before 9/,
  ],
  'an event of an unknown kind': [
    { name: 'a.jsonl', content: HEAD + WORLD.replace('started', 'ended') },
    /world\.ended/,
  ],
  'an event that is named __proto__': [
    { name: 'a.jsonl', content: HEAD + WORLD.replace('world.started', '__proto__') },
    /__proto__/,
  ],
  'a field of a wrong type': [
    { name: 'a.jsonl', content: HEAD + WORLD + HOST.replace('"A"', '7') },
    /'host' must be a string/,
  ],
  'zeros and ones': [{ name: 'a.jsonl', content: Buffer.from([0xff, 0xfe, 0, 1, 0x80]) }, /no text in UTF-8/],
  'a capture as a trace': [{ name: 'a.jsonl', content: PCAP }, /no text in UTF-8/],
  'a capture': [{ name: 'a.pcap', content: PCAP }, /neither a trace/],
  'a picture': [{ name: 'a.png', content: 'x' }, /neither a trace/],
  'a file without an ending': [{ name: 'README', content: 'x' }, /neither a trace/],
  'a program with JSX': [{ name: 'a.tsx', content: 'export default <p />;' }, /neither a trace/],
  'a scenario that is no JSON': [{ name: 'a.json', content: '{"name":' }, /holds no scenario/],
  'a scenario that is null': [{ name: 'a.json', content: 'null' }, /holds no scenario/],
  'a scenario without a name': [{ name: 'a.json', content: '{"name":7}' }, /holds no scenario/],
  'a program that is no text': [{ name: 'a.ts', content: Buffer.from([0xff, 0xfe, 0]) }, /no text in UTF-8/],
};

/** A scenario whose client does that. */
const mine = (client: string, top = '') => `import { defineScenario } from 'halfopen';${top}
export default defineScenario({
  name: 'mine', title: { en: 'mine', ko: '내 것' }, text: { en: 'mine', ko: '내 것' }, story: [], params: {},
  topology: {
    hosts: { A: { address: '10.0.0.1' }, B: { address: '10.0.0.2' } },
    cables: { cable: { between: ['A', 'B'] } },
  },
  programs: { client: { host: 'B', main: async (os) => {
${client}
  } } },
  expect: [],
});
`;

/** Texts that give no scenario: the stage stays, and the text is in the editor. */
const TEXTS: Kinds<string> = {
  'that does not parse': ['let a = 1;\nlet b = ;\n', /SyntaxError/],
  'that ends too soon': [mine('').slice(0, 300), /SyntaxError/],
  'that closes what it did not open': ['});\nalert(1);\n', /SyntaxError/],
  'that throws at once': [mine('', "\nthrow new Error('at once');"), /Error: at once/],
  'that throws no error': [mine('', '\nthrow null;'), /no Error was thrown: null/],
  'that exports nothing': ['const a = 1;\n', /no scenario/],
  'that exports a number': ['export default 42;\n', /no scenario/],
  'that exports half a scenario': ["export default { name: 'x' };\n", /no scenario.*title/],
  'with the program of no host': [mine('').replace("host: 'B'", "host: 'Z'"), /Z/],
  'that imports from elsewhere': [
    "import x from 'https://example.org/x.js';\nexport default x;\n",
    /is not known here/,
  ],
  'that imports from Node': ["import fs from 'node:fs';\nexport default fs;\n", /is not known here/],
  'with an await at the top': ['const a = await 1;\nexport default a;\n', /SyntaxError|await/],
  'with a namespace': [
    'namespace a { export const b = 1; }\nexport default a.b;\n',
    /ReferenceError: a is not defined/,
  ],
  'with JSX': ['export default <p>mine</p>;\n', /SyntaxError/],
  'with a loop without end at the top': ['for (;;);\n', /5 s/],
  'that is empty': ['', /no scenario/],
  'that is no program': ['한글 😀 \u0000\u0007', /SyntaxError/],
};

/** Programs that begin: what is told when they do not come to their end. */
const PROGRAMS: Kinds<string> = {
  'that loops without end': ["await os.sleep('1s'); for (;;);", /client: the program ran for 5 s/],
  'that throws in a timer': [
    "await os.outside(() => new Promise(() => { setTimeout(() => { throw new Error('late'); }); }));",
    /late/,
  ],
};

async function told(page: Page, wanted: RegExp, language: string): Promise<string> {
  const alert = page.locator('.page-notice');
  const seen = language === 'en' ? wanted : /[가-힣]/;
  const sentence = alert.locator('p');
  await expect.poll(() => sentence.textContent(), { timeout: 12_000 }).toMatch(seen);
  const said = (await sentence.textContent()) ?? '';
  await alert.getByRole('button').click();
  await alert.waitFor({ state: 'hidden' });
  return said;
}

async function shown(page: Page) {
  const { hash } = await endOf(page);
  return { hash, cursor: await page.getByRole('slider').first().inputValue(), picture: await pictureOf(page) };
}

/** Gives each to the page, and says which were not told or took something away. */
async function giveAll<Input>(
  page: Page,
  language: string,
  kinds: Kinds<Input>,
  give: (input: Input) => Promise<void>,
): Promise<string[]> {
  const before = await shown(page);
  const wrong: string[] = [];
  for (const [name, [input, wanted]] of Object.entries(kinds)) {
    await give(input);
    const said = await told(page, wanted, language).catch((error: Error) => `NOT TOLD ${error.message.slice(0, 300)}`);
    if (said.startsWith('NOT TOLD') || said.length > 400) wrong.push(`${name}: ${said}`);
    const after = await shown(page);
    if (JSON.stringify(after) !== JSON.stringify(before)) wrong.push(`${name}: what was there has changed`);
  }
  return wrong;
}

const openFile = (page: Page, name: string, content: string | Buffer) =>
  page
    .locator('#share-menu input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });

/** What was asked for and is not there is the browser's own complaint. */
function forgive404(lab: Lab): void {
  lab.problems.splice(0, lab.problems.length, ...lab.problems.filter((one) => !/404|no-such/.test(one)));
}

describeLab('bad input', (lab) => {
  // The page writes its own address a moment after each change, also between a link's coming and the news of it.
  test('a link is told also when the page writes its own address in that moment', async () => {
    const page = await lab.open();
    await endOf(page);
    await page.evaluate(() => {
      const own = location.href;
      location.hash = '#v1.AAAA';
      history.replaceState(null, '', own);
    });
    expect(await told(page, /damaged/, 'en')).toMatch(/damaged/);
  });

  for (const language of ['en', 'ko'] as const) {
    test(`a link (${language})`, { timeout: 240_000 }, async () => {
      const page = await lab.open('', { language });
      await endOf(page);
      const wrong = await giveAll(page, language, LINKS, async (fragment) => {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, fragment);
      });
      expect(wrong).toEqual([]);
      forgive404(lab);
    });

    test(`a file (${language})`, { timeout: 240_000 }, async () => {
      const page = await lab.open('', { language });
      await endOf(page);
      const wrong = await giveAll(page, language, FILES, ({ name, content }) => openFile(page, name, content));
      expect(wrong).toEqual([]);
    });

    test(`the text of a program (${language})`, { timeout: 240_000 }, async () => {
      const page = await lab.open('', { language });
      await endOf(page);
      const wrong = await giveAll(page, language, TEXTS, (text) => openFile(page, 'mine.ts', text));
      expect(wrong).toEqual([]);
    });

    test(`a program (${language})`, { timeout: 240_000 }, async () => {
      const page = await lab.open('', { language });
      await endOf(page);
      for (const [name, [program, wanted]] of Object.entries(PROGRAMS)) {
        await openFile(page, 'mine.ts', mine(program));
        expect(await told(page, wanted, language), name).not.toBe('');
      }
    });
  }
});
