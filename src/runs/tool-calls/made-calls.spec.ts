import type { ToolEvent } from '../../agents/agent.js';
import { endedCalls, withStep } from './made-calls.js';

type Step = { phase: string; [field: string]: unknown };
const after = (...steps: Step[]) =>
  steps.reduce<ReturnType<typeof withStep>>(
    (calls, step) => withStep(calls, { type: 'tool', id: 'a', name: 'sum', ...step } as ToolEvent),
    [],
  );
const input = { n: 1 };

describe('the calls of an answer', () => {
  it.each<[Step[], object]>([
    [
      [
        { phase: 'called', input },
        { phase: 'done', output: 3, ms: 5 },
      ],
      { status: 'done', output: 3, ms: 5 },
    ],
    [
      [
        { phase: 'called', input },
        { phase: 'failed', error: 'No.' },
      ],
      { status: 'failed', error: 'No.' },
    ],
    [
      [
        { phase: 'waiting', input },
        { phase: 'failed', error: 'Rejected.', isRejected: true },
      ],
      { status: 'rejected' },
    ],
    [
      [
        { phase: 'waiting', input },
        { phase: 'called', input: { n: 2 } },
      ],
      { status: 'stopped', input: { n: 2 } },
    ],
  ])('%j', (steps, kept) => {
    expect(endedCalls(after(...steps))).toMatchObject([{ id: 'a', name: 'sum', ...kept }]);
  });

  it('are bounded: 32, each with the beginning of a long input and output, and all together', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ id: String(i), phase: 'called', input }));
    expect(endedCalls(after(...many))).toHaveLength(32);
    const long = { text: 'x'.repeat(100_000) };
    const [cut] = endedCalls(after({ phase: 'called', input: long }, { phase: 'done', output: long }))!;
    expect([(cut!.input as string).length, (cut!.output as string).length]).toEqual([4_097, 8_193]);
    const all = many.flatMap(({ id }) => [
      { id, phase: 'called', input: long },
      { id, phase: 'done', output: long },
    ]);
    expect(JSON.stringify(endedCalls(after(...all))).length).toBeLessThan(110_000);
  });

  it('are none of an answer without tools', () => {
    expect(endedCalls([])).toBeNull();
  });
});
