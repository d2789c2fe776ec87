// The second file must find what the first has left in the worker.
const Sequencer = require('@jest/test-sequencer').default;

module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((one, other) => (one.path < other.path ? -1 : 1));
  }
};
