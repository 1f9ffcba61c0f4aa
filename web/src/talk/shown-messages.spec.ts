import type { StoredMessage } from '../client/api.js';
import { newQuestion, newReply, toShown, withDetails } from './shown-messages.js';

const stored = (id: string, role: 'user' | 'assistant', content: string, more = {}): StoredMessage => ({
  id,
  role,
  content,
  created_at: 1,
  siblings: [id],
  is_shown: true,
  run_id: null,
  rating: null,
  ...more,
});

describe('messages that were shown and are stored by now', () => {
  it('keep their keys, their files and the steps of their answers', () => {
    const question = newQuestion('a-key', 'How much?', ['table.csv']);
    const reply = newReply('Thirty.');
    reply.answer = { ...reply.answer!, status: 'complete', steps: ['Searching'] };
    const read = [stored('1', 'user', 'How much?'), stored('2', 'assistant', 'Thirty.')].map(toShown);
    expect(withDetails(read, [question, reply])).toMatchObject([
      { key: 'a-key', id: '1', files: ['table.csv'] },
      { key: reply.key, id: '2', answer: { steps: ['Searching'], status: 'complete' } },
    ]);
  });

  it('are distinguished when their text is the same', () => {
    const first = toShown(stored('1', 'user', 'Yes'));
    const second = newQuestion('second', 'Yes');
    const read = [stored('1', 'user', 'Yes'), stored('3', 'user', 'Yes')].map(toShown);
    expect(withDetails(read, [first, second]).map(({ key }) => key)).toEqual(['1', 'second']);
  });

  it('are known by their runs, also when a few blanks differ', () => {
    const reply = newReply('Thirty.\n\n');
    reply.answer = { ...reply.answer!, status: 'complete', runId: 'a-run' };
    const other = newReply('Thirty.');
    other.answer = { ...other.answer!, runId: 'another' };
    const [read] = [stored('2', 'assistant', 'Thirty.', { run_id: 'a-run' })].map(toShown);
    expect(withDetails([read!], [other, reply])).toMatchObject([{ key: reply.key, id: '2' }]);
  });

  it('keep an answer that failed before its first word, which is not stored', () => {
    const reply = newReply();
    reply.answer = { ...reply.answer!, status: 'failed', error: 'The model is busy.' };
    const question = newQuestion('a-key', 'How much?');
    const read = [toShown(stored('1', 'user', 'How much?'))];
    expect(withDetails(read, [question, reply]).map(({ key }) => key)).toEqual(['a-key', reply.key]);
  });

  it('stay stopped, but are complete once they were continued', () => {
    const reply = newReply('Thir');
    reply.answer = { ...reply.answer!, status: 'stopped' };
    const cut = toShown(stored('2', 'assistant', 'Thir', { finish_reason: 'error' }));
    const [stopped] = withDetails([cut], [reply]);
    expect(stopped).toMatchObject({ answer: { status: 'stopped' } });
    const [whole] = withDetails([toShown(stored('2', 'assistant', 'Thirty.'))], [stopped!]);
    expect(whole).toMatchObject({ answer: { status: 'complete', text: 'Thirty.' } });
  });
});
