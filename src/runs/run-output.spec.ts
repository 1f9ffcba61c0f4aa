import type { RunEvent } from './run.js';
import { LiveRun } from './live-run.js';
import { RunOutput } from './run-output.js';
import { RunTally } from './run-tally.js';

function output(beginning = '') {
  const live = new LiveRun('a', {}, () => undefined);
  return { live, output: new RunOutput(live, beginning) };
}

const shown = (events: readonly RunEvent[]) =>
  events.map((event) => {
    if (event.type === 'token' || event.type === 'reasoning') return `${event.type} ${event.text}`;
    return event.type === 'reset' ? `reset ${event.reply}` : event.type;
  });

describe('the output of a run', () => {
  it('keeps thinking apart from the reply', () => {
    const { live, output: run } = output();
    run.add({ type: 'reasoning', text: 'hm' });
    run.add({ type: 'text', tokens: ['Par', 'is.'] });
    expect(shown(live.events)).toEqual(['reasoning hm', 'token Par', 'token is.']);
    expect(live.snapshot.reply).toBe('Paris.');
  });

  it('keeps a bounded part of the thinking', () => {
    const { live, output: run } = output();
    for (let i = 0; i < 40; i++) run.add({ type: 'reasoning', text: 'x'.repeat(10_000) });
    expect(live.events).toHaveLength(27);
  });

  it('continues after the start of a reply that was cut, also when text is withdrawn', () => {
    const { live, output: run } = output('One, ');
    run.add({ type: 'text', tokens: ['hm'] });
    run.add({ type: 'retract' });
    run.add({ type: 'text', tokens: ['two.'] });
    run.end();
    expect(shown(live.events)).toEqual(['token One,', 'token  hm', 'reset One,', 'token  two.']);
    expect(live.snapshot).toMatchObject({ reply: 'One, two.', retractions: 1 });
  });

  it('leaves JSON as it is', () => {
    const live = new LiveRun('a', {}, () => undefined);
    const run = new RunOutput(live, '{"a": "', true);
    run.add({ type: 'text', tokens: ['[b](https://example.com) <i> ', '[9]"}'] });
    run.end();
    expect(live.snapshot.reply).toBe('{"a": "[b](https://example.com) <i> [9]"}');
  });

  it('does not lose that beginning when nothing follows, and reports that', () => {
    const { live, output: run } = output('One, ');
    run.end();
    expect(live.snapshot.reply).toBe('One, ');
    expect(run.isEmpty).toBe(true);
  });
});

describe('usage of a run', () => {
  it('is the sum of its requests, and an estimate when one of them is', () => {
    const tally = new RunTally();
    tally.add({
      type: 'usage',
      usage: { inputTokens: 5, outputTokens: 1, cachedTokens: 2, estimated: false },
    });
    tally.add({ type: 'usage', usage: { inputTokens: 7, outputTokens: 3, estimated: true } });
    tally.add({ type: 'finish', reason: 'length' });
    expect(tally.outcome).toEqual({
      finishReason: 'length',
      usage: { inputTokens: 12, outputTokens: 4, cachedTokens: 2, estimated: true },
    });
  });

  it('is known before its requests end, and counts none of them twice', () => {
    const tally = new RunTally();
    expect(tally.soFar()).toBeNull();
    let open: { inputTokens: number; outputTokens: number; estimated: boolean } | null = null;
    tally.add({ type: 'request', usageSoFar: () => open, model: 'small' });
    expect(tally.soFar()).toBeNull();
    open = { inputTokens: 5, outputTokens: 1, estimated: false };
    expect(tally.soFar()).toEqual({ ...open, model: 'small' });
    tally.add({ type: 'usage', usage: open, model: 'small' });
    open = null;
    expect(tally.soFar()).toMatchObject({ inputTokens: 5, outputTokens: 1 });
  });

  it('has no reason where the answer is whole', () => {
    const tally = new RunTally();
    tally.add({ type: 'finish', reason: 'stop' });
    expect(tally.outcome).toEqual({ finishReason: undefined });
  });
});
