/** Gives a page of `determinism.test.ts` the function `hashes`. Bundled into one script, which the test runs in a browser. */
import { browserPlatform } from '../../../src/lab/sandbox/platform.ts';
import { hashesOn } from '../../determinism/hashes.ts';

Object.assign(globalThis, { hashes: () => hashesOn(browserPlatform(() => {})) });
