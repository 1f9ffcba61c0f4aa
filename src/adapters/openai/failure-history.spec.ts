import { FailureHistory } from './failure-history.js';
import { ModelError } from './model-error.js';

describe('the history of failures', () => {
  it('keeps the newest twenty, each once, and nothing else', () => {
    const history = new FailureHistory();
    const errors = Array.from(
      { length: 25 },
      (_, i) => new ModelError('model-refused', 'The model refused.', { detail: `no ${i}` }),
    );
    for (const error of errors) {
      history.add(error);
      history.add(error);
    }
    history.add(new Error('of the program'));
    expect(history.entries).toHaveLength(20);
    expect(history.entries.map(({ detail }) => detail).slice(0, 2)).toEqual(['no 24', 'no 23']);
  });
});
