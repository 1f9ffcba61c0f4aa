import type { LoggedEvent } from './run.js';
import { CANCELLED } from './run-endings.js';
import { applyEvents, catchUp, emptySnapshot, endOf, furthest } from './run-snapshot.js';

const token = (offset: number, text: string): LoggedEvent => ({ type: 'token', offset, text });
const started: LoggedEvent = { type: 'started', offset: 1, conversationId: 'c' };

describe('a snapshot of a run', () => {
  it('is the result of its events, each applied once and in order', () => {
    const events = [started, token(2, 'a'), token(2, 'a'), token(3, 'b'), token(2, 'a'), token(5, 'd')];
    expect(applyEvents(emptySnapshot(), events)).toMatchObject({ offset: 3, reply: 'ab', end: null });
  });

  it('has the latest state and sources', () => {
    const state: LoggedEvent = { type: 'state', offset: 1, state: { phase: 'qa' } };
    const sources: LoggedEvent = { type: 'sources', offset: 2, sources: [] };
    const before = emptySnapshot({ phase: 'discovery' });
    expect(applyEvents(before, [state, sources])).toMatchObject({ state: { phase: 'qa' }, sources: [] });
    expect(before.state).toEqual({ phase: 'discovery' });
  });

  describe('catches a watcher up', () => {
    const running = { ...emptySnapshot(), offset: 7, reply: 'so far' };
    const end = endOf(running, CANCELLED);
    const over = { ...running, offset: 8, end };
    const reset = { type: 'reset', offset: 7, reply: 'so far', state: {}, sources: [] };

    it.each([
      ['a run that goes on', running, 3, [reset]],
      ['a run that goes on, from ahead of it', running, 90, [reset]],
      ['one that is over', over, 3, [reset, end]],
      ['one of which only the end is missing', over, 7, [end]],
      ['one that is over, from its end', over, 8, [reset, end]],
    ])('to %s', (_name, snapshot, after, events) => {
      expect(catchUp(snapshot, after)).toEqual(events);
    });
  });
});

describe('a run without a process', () => {
  const stored = { ...emptySnapshot(), offset: 3, reply: 'ab' };
  const log = [started, token(2, 'a'), token(3, 'b'), token(4, 'c')];

  it.each([
    ['the log, when it is whole', stored, log, 'abc'],
    ['the checkpoint, when the log is lost', stored, [], 'ab'],
    ['the checkpoint, when the log is behind it', stored, log.slice(0, 2), 'ab'],
    ['both, when the log has lost its beginning', stored, log.slice(3), 'abc'],
    ['the checkpoint, when the log goes on behind a gap', stored, [token(5, 'd')], 'ab'],
    ['the log, when there was no checkpoint', { ...emptySnapshot(), offset: 1 }, log, 'abc'],
  ])('is %s', (_name, snapshot, logged, reply) => {
    expect(furthest(snapshot, logged).reply).toBe(reply);
  });
});
