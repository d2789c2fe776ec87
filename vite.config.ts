/**
 * The page's build: `dist/lab/`, files only, for any static host below any path.
 *
 * Beside the page stand the sandbox's files, with names of their own and no hash, since the page asks for them by name:
 *
 *     sandbox.html   src/lab/sandbox/sandbox.html, as it is
 *     sandbox.js     src/lab/sandbox/sandbox.ts, one classic script: an opaque origin may not load modules
 *     world.js       src/lab/sandbox/world-worker.ts, one classic script: the page fetches its text and passes it on
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin } from 'vite';
import { PAGE_POLICY, SANDBOX_PAGE } from './src/cli/lab-policy.ts';

const SANDBOX = new URL('./src/lab/sandbox/', import.meta.url);
const CLASSIC_SCRIPTS = { 'sandbox.js': 'sandbox.ts', 'world.js': 'world-worker.ts' };
const TARGET = 'es2023';

export default defineConfig({
  root: fileURLToPath(new URL('./src/lab', import.meta.url)),
  base: './',
  build: {
    outDir: '../../dist/lab',
    emptyOutDir: true,
    target: TARGET,
    modulePreload: { polyfill: false },
    // Nothing as data: in a script's or a style's place; the policy would refuse it.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [policy(), sandbox()],
});

/** Writes the policy into the built page, before anything that it rules. */
function policy(): Plugin {
  const attrs = { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY };
  return {
    name: 'halfopen:policy',
    apply: 'build',
    transformIndexHtml: () => [{ tag: 'meta', attrs, injectTo: 'head-prepend' }],
  };
}

function sandbox(): Plugin {
  return {
    name: 'halfopen:sandbox',
    apply: 'build',
    async generateBundle() {
      const page = new URL(SANDBOX_PAGE, SANDBOX);
      if (existsSync(page))
        this.emitFile({ type: 'asset', fileName: SANDBOX_PAGE, source: readFileSync(page, 'utf8') });
      for (const [fileName, entry] of Object.entries(CLASSIC_SCRIPTS)) {
        const path = fileURLToPath(new URL(entry, SANDBOX));
        if (existsSync(path)) this.emitFile({ type: 'asset', fileName, source: await classicScript(path) });
      }
    },
  };
}

/** The text of one script without imports, made of a module and all that it imports. */
async function classicScript(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    root: fileURLToPath(SANDBOX),
    build: {
      write: false,
      target: TARGET,
      copyPublicDir: false,
      rolldownOptions: { input: entry, output: { format: 'iife', codeSplitting: false } },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) => ('output' in one ? one.output : []));
  const [script] = outputs.filter((one) => one.type === 'chunk');
  if (script === undefined || outputs.length !== 1) throw new Error(`${entry}: not one script but ${outputs.length}`);
  return script.code;
}
