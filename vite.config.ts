/** The page's build: `dist/lab/`, files only, for any static host below any path. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/lab',
  base: './',
  build: {
    outDir: '../../dist/lab',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
