import { createRequire } from 'node:module';
import { count } from './store.mjs';

const require = createRequire(import.meta.url);
const store = require('./store.cjs');

console.log(count(), store.count());
setTimeout(() => {
  // Long after the top level: still the process's own.
  console.log(count(), require('./store.cjs').count());
}, 1000);
