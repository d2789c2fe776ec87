/** Namespaces for tests: each with a name that no other test has, removed when the test ends, or else by the process. */
import { Namespace } from '../../src/linux/namespace.ts';

export type TestNamespace = Namespace;

let made = 0;

export function makeNamespace(): TestNamespace {
  made += 1;
  return new Namespace(`halfopen-${process.pid}-${process.hrtime.bigint().toString(36)}-${made}`);
}
