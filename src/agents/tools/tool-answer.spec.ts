import {
  ChatModel,
  type ChatPrompt,
  type StreamObserver,
  type ToolCall,
} from '../../adapters/chat-model/chat-model.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import type { AgentEvent, AgentInput } from '../agent.js';
import { calculator } from './calculator/calculator.tool.js';
import { currentTime } from './current-time.tool.js';
import { SourceList } from './source-list.js';
import { ToolAnswer } from './tool-answer.js';
import { ToolCalls } from './tool-calls.js';

interface Turn {
  text?: string[];
  calls?: ToolCall[];
  fails?: Error;
  retracts?: string;
}

/** A model that answers by a script; its last turn is played for ever. */
class ScriptedModel extends ChatModel {
  readonly name = 'scripted';
  readonly isOffline = false;
  readonly prompts: ChatPrompt[] = [];

  constructor(private readonly turns: Turn[]) {
    super();
  }

  async stream(
    prompt: ChatPrompt,
    onTokens: (tokens: readonly string[]) => void,
    _signal: AbortSignal,
    observer: StreamObserver = {},
  ): Promise<'stop'> {
    const turn = this.turns[Math.min(this.prompts.length, this.turns.length - 1)]!;
    this.prompts.push(prompt);
    if (turn.retracts) {
      onTokens([turn.retracts]);
      observer.onRetract?.();
    }
    if (turn.text) onTokens(turn.text);
    if (turn.fails) throw turn.fails;
    if (turn.calls) observer.onToolCalls?.(turn.calls);
    observer.onUsage?.({ inputTokens: 1, outputTokens: 1, estimated: false });
    return 'stop';
  }

  structured(): Promise<null> {
    return Promise.resolve(null);
  }
}

const sum = (id: string, expression = '6 * 7'): ToolCall => ({
  id,
  name: 'calculator',
  input: { expression },
});

async function answer(turns: Turn[], more: Partial<ChatPrompt> = {}) {
  const model = new ScriptedModel(turns);
  const events: AgentEvent[] = [];
  const emit = (event: AgentEvent) => void events.push(event);
  const { signal } = new AbortController();
  const tools = new Map([calculator, currentTime].map((tool) => [tool.spec.name, tool]));
  const context = { input: {} as AgentInput, sources: new SourceList(emit) };
  const calls = new ToolCalls({ tools, context, emit, signal, keep: async () => {}, onError: () => {} });
  const prompt: ChatPrompt = { instructions: 'Be brief.', history: [], message: 'How much is it?', ...more };
  const run = new ToolAnswer({ model, prompt, tools, calls, emit, signal }).run();
  const failure = await run.then(
    () => null,
    (error: unknown) => error,
  );
  let reply = '';
  for (const event of events) {
    if (event.type === 'text') reply += event.tokens.join('');
    if (event.type === 'retract') reply = '';
  }
  const phases = events.flatMap((event) => (event.type === 'tool' ? [`${event.name} ${event.phase}`] : []));
  return { model, events, failure, reply, phases };
}

describe('an answer with tools', () => {
  it('calls, and continues with the result', async () => {
    const { model, reply, phases, failure } = await answer([
      { calls: [sum('a')] },
      { text: ['It is ', '42.'] },
    ]);
    expect({ reply, phases, failure }).toEqual({
      reply: 'It is 42.',
      phases: ['calculator called', 'calculator done'],
      failure: null,
    });
    expect(model.prompts[0]).toMatchObject({
      steps: [],
      tools: [{ name: 'calculator' }, { name: 'current_time' }],
    });
    expect(model.prompts[1]!.steps).toEqual([{ text: '', calls: [sum('a')], results: ['42'] }]);
  });

  it('shows text of the model before a call, as a paragraph of its own', async () => {
    const turns = [{ text: ['Let me see.'], calls: [sum('a')] }, { text: ['It is ', '42.'] }];
    expect((await answer(turns)).reply).toBe('Let me see.\n\nIt is 42.');
  });

  it("keeps JSON free of the model's text before a call", async () => {
    const turns = [{ text: ['Let me see.'], calls: [sum('a')] }, { text: ['{"it":', '42}'] }];
    const { reply } = await answer(turns, { generation: { format: { type: 'json_object' } } });
    expect(reply).toBe('{"it":42}');
  });

  it('keeps earlier text when a later step takes its own back', async () => {
    const turns = [
      { text: ['Let me see.'], calls: [sum('a')] },
      { retracts: 'Thinking', text: ['It is 42.'] },
    ];
    expect((await answer(turns)).reply).toBe('Let me see.\n\nIt is 42.');
  });

  it('carries out parallel calls, and gives ids that repeat a new one', async () => {
    const twice = [sum('a', '1 + 1'), { id: 'b', name: 'current_time', input: { zone: 'UTC' } }];
    const { model, phases } = await answer([
      { calls: twice },
      { calls: [sum('a', '2 + 2')] },
      { text: ['Done.'] },
    ]);
    expect(phases.filter((phase) => phase.endsWith('done'))).toHaveLength(3);
    const steps = model.prompts[2]!.steps!;
    expect(steps[0]!.results).toEqual(['2', expect.stringContaining('(UTC)')]);
    expect(steps[1]!.results).toEqual(['4']);
    expect(new Set(steps.flatMap(({ calls }) => calls.map(({ id }) => id))).size).toBe(3);
  });

  it('reports tools that do not exist and arguments that are no JSON to the model', async () => {
    const odd: ToolCall[] = [
      { id: 'a', name: 'shell', input: {} },
      { id: 'b', name: 'calculator', input: null },
    ];
    const { model, reply } = await answer([{ calls: odd }, { text: ['Sorry.'] }]);
    expect(model.prompts[1]!.steps![0]!.results).toEqual([
      expect.stringContaining('There is no tool “shell”'),
      expect.stringContaining('not a JSON object'),
    ]);
    expect(reply).toBe('Sorry.');
  });

  it('lets a model that never stops calling reach its last step, in which it may call none', async () => {
    const { model, failure, phases } = await answer([{ calls: [sum('a'), sum('b', '1')] }]);
    expect(model.prompts).toHaveLength(8);
    expect(model.prompts.map(({ toolChoice }) => toolChoice)).toEqual([...Array(7).fill(undefined), 'none']);
    expect(failure).toBeInstanceOf(ModelError);
    expect((failure as ModelError).message).toMatch(/limit of 8 steps/);
    expect(phases.filter((phase) => phase.endsWith('called'))).toHaveLength(14);
  });

  it('fails as the model fails, and keeps the text', async () => {
    const fails = new ModelError('model-unavailable', 'The model cannot be reached.');
    const { failure, reply } = await answer([{ calls: [sum('a')] }, { text: ['It is '], fails }]);
    expect(failure).toBe(fails);
    expect(reply).toBe('It is ');
  });
});
