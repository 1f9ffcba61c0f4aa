import { newAnswer, pendingCalls, withDecision, withEvents } from './answer.js';

const events = (...payloads: object[]) =>
  payloads.map((payload) => ({ id: '', data: JSON.stringify(payload) }));
const token = (data: string) => ({ type: 'token', data });
const done = { type: 'done', data: null };

describe('an answer', () => {
  it('is put together from its events', () => {
    const answer = withEvents(
      newAnswer(),
      events(
        { type: 'meta', data: { run_id: 'r' } },
        { type: 'log', data: 'Searching' },
        { type: 'reasoning', data: 'Hm.' },
        token('Thirty '),
        token('days'),
        done,
      ),
    );
    expect(answer).toMatchObject({
      runId: 'r',
      steps: ['Searching'],
      thinking: 'Hm.',
      text: 'Thirty days',
      status: 'complete',
    });
  });

  it('takes a reset for all its text so far', () => {
    const answer = withEvents(
      withEvents(newAnswer(), events(token('Thirty or fo'))),
      events({ type: 'reset', data: { reply: 'Thirty' } }, token(' days')),
    );
    expect(answer.text).toBe('Thirty days');
  });

  it('keeps the partial reply when it fails, with the reason', () => {
    const failure = { type: 'error', data: { message: 'The model is busy.' } };
    const answer = withEvents(
      newAnswer(),
      events(token('Thir'), failure, { ...done, finish_reason: 'error' }),
    );
    expect(answer).toMatchObject({ text: 'Thir', error: 'The model is busy.', status: 'failed', cut: null });
  });

  it('recognises that the model stopped at its limit', () => {
    expect(withEvents(newAnswer(), events({ ...done, finish_reason: 'length' })).cut).toBe('length');
  });

  it('has a card for each tool call, with its input and result', () => {
    const step = (phase: string, more: object) => ({
      type: 'tool',
      data: { id: 'a', name: 'add', phase, ...more },
    });
    const called = withEvents(newAnswer(), events(step('called', { input: { a: 1 } })));
    expect(called.tools).toMatchObject([{ name: 'add', phase: 'called', input: { a: 1 } }]);
    const answered = withEvents(called, events(step('done', { output: '1' }), done));
    expect(answered).toMatchObject({
      status: 'complete',
      tools: [{ phase: 'done', input: { a: 1 }, output: '1', ms: expect.any(Number) }],
    });
  });

  it('waits until all pending calls are decided', () => {
    const pending = (id: string) => ({
      type: 'tool',
      data: { id, name: 'add', phase: 'waiting', approval_id: `of ${id}`, input: {} },
    });
    const answer = withEvents(newAnswer('r'), events(token('So.'), pending('a'), pending('b'), done));
    expect(answer.status).toBe('waiting');
    expect(pendingCalls(answer)).toMatchObject([{ approvalId: 'of a' }, { approvalId: 'of b' }]);
    expect(withDecision(answer, 'a').status).toBe('waiting');
    expect(withDecision(withDecision(answer, 'a'), 'b').status).toBe('writing');
  });

  it('ignores unknown events', () => {
    const odd = [{ id: '', data: '[DONE]' }, { id: '', data: '{' }, ...events({ type: 'branch', data: {} })];
    expect(withEvents(newAnswer('r'), odd)).toEqual(newAnswer('r'));
  });
});
