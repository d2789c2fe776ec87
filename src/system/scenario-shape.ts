/**
 * Whether a value that a file exports is a scenario, before anything runs it: what a mistaken author must be told.
 *
 * Left out on purpose: values that the world itself refuses, with better words (addresses, targets, parameters).
 * Calls it: the command, for a user's file; the page, for a text that was edited.
 */

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** What makes the value no scenario, 'programs.server.main: a function'; undefined if it is one. */
export function wrongShape(value: unknown): string | undefined {
  const scenario = fieldsOf(value);
  if (scenario === undefined) return 'export default defineScenario({ … })';
  if (typeof scenario.name !== 'string' || scenario.name === '') return "name: 'my-scenario'";
  for (const field of ['title', 'text']) {
    const text = fieldsOf(scenario[field]);
    if (typeof text?.en !== 'string' || typeof text.ko !== 'string') return `${field}: { en: '…', ko: '…' }`;
  }
  if (!Array.isArray(scenario.story)) return "story: ['S12']";
  if (fieldsOf(scenario.params) === undefined) return 'params: { … }';
  for (const [name, parameter] of Object.entries(fieldsOf(scenario.params) ?? {})) {
    if (fieldsOf(parameter)?.default === undefined) return `params.${name}: { default: … }`;
  }
  if (typeof scenario.topology !== 'function') {
    const topology = fieldsOf(scenario.topology);
    if (fieldsOf(topology?.hosts) === undefined) return 'topology.hosts: { A: { address: … } }';
    if (fieldsOf(topology?.cables) === undefined) return "topology.cables: { cable: { between: ['A', 'B'] } }";
  }
  return wrongPrograms(scenario) ?? wrongExpectations(scenario);
}

function wrongPrograms(scenario: Fields): string | undefined {
  const programs = fieldsOf(scenario.programs);
  if (programs === undefined) return 'programs: { … }';
  for (const [name, program] of Object.entries(programs)) {
    const fields = fieldsOf(program);
    if (typeof fields?.host !== 'string') return `programs.${name}.host: 'A'`;
    if (typeof fields.main !== 'function') return `programs.${name}.main: async (os, params) => { … }`;
  }
  const { faults } = scenario;
  return faults === undefined || typeof faults === 'function' || Array.isArray(faults) ? undefined : 'faults: [ … ]';
}

function wrongExpectations(scenario: Fields): string | undefined {
  if (!Array.isArray(scenario.expect)) return 'expect: [ … ]';
  for (const [index, item] of scenario.expect.entries()) {
    const fields = fieldsOf(item);
    const text = fieldsOf(fields?.text);
    if (typeof text?.en !== 'string' || typeof text.ko !== 'string')
      return `expect[${index}].text: { en: '…', ko: '…' }`;
    if (typeof fields?.holds !== 'function') return `expect[${index}].holds: (result) => …`;
  }
  return undefined;
}
