import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { AgentEvent, AgentInput, ToolEvent } from '../agent.js';
import { calculator } from './calculator/calculator.tool.js';
import { SourceList } from './source-list.js';
import { ToolCalls, type ToolLimits, type ToolRun } from './tool-calls.js';
import { defineTool, type Tool } from './tool.js';

const LIMITS: ToolLimits = { steps: 8, calls: 16, atOnce: 4, ms: 60_000, chars: 64 * 1024 };
const input = {} as AgentInput;

function callsOf(tools: Tool[], more: Partial<ToolRun> = {}) {
  const events: AgentEvent[] = [];
  const kept: string[] = [];
  const errors: unknown[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const stop = new AbortController();
  const calls = new ToolCalls({
    tools: new Map(tools.map((tool) => [tool.spec.name, tool])),
    context: { input, sources: new SourceList(emit) },
    emit,
    signal: stop.signal,
    keep: async (name, text) => kept.push(`${name}: ${text}`),
    onError: (error) => void errors.push(error),
    ...more,
  });
  const steps = () => events as ToolEvent[];
  return { calls, steps, kept, errors, stop };
}

const tool = (name: string, run: Tool['run']): Tool => ({
  spec: { name, description: '', parameters: {} },
  run,
});

describe('the calls of an answer', () => {
  it('are shown with input and output, and kept', async () => {
    const { calls, steps, kept } = callsOf([calculator]);
    const call = { id: 'a', name: 'calculator', input: { expression: '6 * 7' } };
    expect(await calls.call(call)).toBe('42');
    const [{ id }] = steps() as [ToolEvent];
    expect(steps()).toEqual([
      { type: 'tool', id, name: 'calculator', phase: 'called', input: { expression: '6 * 7' } },
      { type: 'tool', id, name: 'calculator', phase: 'done', output: '42', ms: expect.any(Number) },
    ]);
    expect(kept).toEqual(['calculator: 42']);
  });

  it.each([
    [
      'a tool that does not exist',
      { name: 'shell', input: {} },
      'There is no tool “shell”. Tools: calculator.',
    ],
    [
      'arguments that are no JSON',
      { name: 'calculator', input: null },
      'The arguments are not a JSON object.',
    ],
    [
      'arguments that do not fit',
      { name: 'calculator', input: { expression: 7 } },
      /^The arguments are invalid. expression:/,
    ],
    ['a tool that refuses', { name: 'calculator', input: { expression: '1/0' } }, /division by zero/],
  ])('fail in words: %s', async (_, call, sentence) => {
    const { calls, steps, kept } = callsOf([calculator]);
    expect(await calls.call({ id: 'a', ...call })).toMatch(/^Failed: /);
    expect(steps().at(-1)).toMatchObject({ phase: 'failed', error: expect.stringMatching(sentence) });
    expect(kept).toEqual([]);
  });

  it('do not show the text of an unexpected error', async () => {
    const secret = new Error('password=hunter2');
    const { calls, steps, errors } = callsOf([tool('leaky', () => Promise.reject(secret))]);
    expect(await calls.call({ id: 'a', name: 'leaky', input: {} })).toBe('Failed: The tool failed.');
    expect(JSON.stringify(steps())).not.toContain('hunter2');
    expect(errors).toEqual([secret]);
  });

  it('that failed are not repeated with the same input', async () => {
    let runs = 0;
    const failing = defineTool({
      name: 'failing',
      description: '',
      schema: z.object({}),
      run: () => {
        runs += 1;
        throw new Error('no');
      },
    });
    const { calls } = callsOf([failing]);
    await calls.call({ id: 'a', name: 'failing', input: {} });
    expect(await calls.call({ id: 'b', name: 'failing', input: {} })).toMatch(/has failed before/);
    expect(runs).toBe(1);
  });

  it('are limited in number', async () => {
    const { calls } = callsOf([calculator], { limits: { ...LIMITS, calls: 2 } });
    const ask = (id: string) => calls.call({ id, name: 'calculator', input: { expression: '1' } });
    expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual([
      '1',
      '1',
      expect.stringMatching(/^Failed: The limit of 2/),
    ]);
  });

  it('run four at a time', async () => {
    let running = 0;
    let most = 0;
    const slow = tool('slow', async () => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      running -= 1;
      return { text: 'done' };
    });
    const { calls } = callsOf([slow]);
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => calls.call({ id: `${i}`, name: 'slow', input: { i } })),
    );
    expect(most).toBe(4);
  });

  it('end after their time, also when the tool does not listen', async () => {
    const { calls } = callsOf([tool('deaf', () => new Promise(() => {}))], { limits: { ...LIMITS, ms: 20 } });
    expect(await calls.call({ id: 'a', name: 'deaf', input: {} })).toMatch(
      /^Failed: It did not answer within/,
    );
  });

  it('end with the run', async () => {
    const { calls, stop } = callsOf([tool('deaf', () => new Promise(() => {}))]);
    const asked = calls.call({ id: 'a', name: 'deaf', input: {} });
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });

  it('cut results that are too long, and clean characters that cannot be stored', async () => {
    const { calls, steps } = callsOf([tool('flood', async () => ({ text: `\0${'x'.repeat(200_000)}` }))]);
    const result = await calls.call({ id: 'a', name: 'flood', input: {} });
    expect(result.length).toBeLessThan(65_000 + 1_000);
    expect(result).not.toContain('\0');
    expect(JSON.stringify(steps().at(-1)).length).toBeLessThan(67_000);
  });
});
