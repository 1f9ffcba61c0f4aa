import type {
  ChatModel,
  ChatPrompt,
  FinishReason,
  ToolCall,
  ToolStep,
} from '../../adapters/chat-model/chat-model.js';
import { withoutHidden } from '../../common/text.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import type { Emit, ResumedAnswer } from '../agent.js';
import type { Answer } from '../../adapters/tool-loop/parley-chat-model.js';
import { readKept, suspend, Suspended, type Kept } from './suspended.js';
import type { Tool } from './tool.js';
import { TOOL_LIMITS, type ToolCalls } from './tool-calls.js';

const MAX_NAME = 64;
/** Separates the model's text before a tool call from the text after it. */
const BREAK = '\n\n';

/** What an answer with tools is made of. */
export interface ToolAnswerParts {
  model: ChatModel;
  prompt: ChatPrompt;
  tools: ReadonlyMap<string, Tool>;
  calls: ToolCalls;
  emit: Emit;
  signal: AbortSignal;
  maxSteps?: number;
}

/** An answer in whose course the model calls tools; the text of all its steps together is the reply. */
export class ToolAnswer {
  private readonly maxSteps: number;
  private readonly pending = new Map<string, ToolCall>();
  private readonly ids = new Set<string>();
  /** The text of the steps before this one, as it was emitted. */
  private shown = '';
  private failure: unknown;

  constructor(private readonly parts: ToolAnswerParts) {
    this.maxSteps = parts.maxSteps ?? TOOL_LIMITS.steps;
  }

  /**
   * Calls the model until it answers without a tool call, or until a call needs approval: then it emits `suspend`.
   * @param resumed the state of a suspended answer
   * @throws ModelError, or the signal's reason
   */
  async run(resumed?: ResumedAnswer): Promise<void> {
    const { prompt, tools, calls, emit, signal } = this.parts;
    const steps = resumed ? await this.resume(readKept(resumed.resume), resumed) : [];
    const { runLoop } = await import('../../adapters/tool-loop/langchain-loop.js');
    try {
      await runLoop({
        specs: [...tools.values()].map(({ spec }) => spec),
        message: prompt.message,
        steps,
        answer: (made) => this.keepingFailure(() => this.ask(made)),
        call: (id) => this.keepingFailure(() => calls.call(this.pending.get(id)!)),
        maxSteps: this.maxSteps,
        signal,
      });
    } catch (error) {
      const { failure, shown } = this;
      if (failure instanceof Suspended && !signal.aborted)
        return suspend(
          failure,
          { prompt, shown, used: calls.used },
          {
            needsApproval: (call) => calls.needsApproval(call),
            schemaOf: ({ name }) => tools.get(name)?.spec.parameters,
          },
          emit,
        );
      // LangChain may wrap errors thrown inside its loop.
      throw signal.aborted ? signal.reason : (this.failure ?? error);
    }
  }

  /** Carries out the calls that waited, as was decided. @returns the steps so far */
  private async resume({ shown, steps, step }: Kept, { decisions }: ResumedAnswer): Promise<ToolStep[]> {
    const { calls } = this.parts;
    this.shown = shown;
    for (const { id } of [...steps.flatMap((each) => each.calls), ...step.calls]) this.ids.add(id);
    const made = step.calls.map(({ eventId, approvalId, ...call }) => {
      const decided = approvalId === undefined ? undefined : decisions[approvalId];
      return {
        call: decided?.decision === 'edit' ? { ...call, input: decided.input ?? call.input } : call,
        eventId,
        approvalId,
        decided,
      };
    });
    const results = await Promise.all(
      made.map(async ({ call, eventId, approvalId, decided }) =>
        decided?.decision === 'reject'
          ? calls.reject(call, eventId, decided.note)
          : calls.call(call, eventId, approvalId),
      ),
    );
    return [...steps, { ...step, calls: made.map(({ call }) => call), results }];
  }

  private async keepingFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }

  private async ask(steps: ToolStep[]): Promise<Answer> {
    const { model, prompt, tools, emit, signal } = this.parts;
    const isLast = steps.length + 1 >= this.maxSteps;
    const specs = [...tools.values()].map(({ spec }) => spec);
    const step = new StepText(this.shown, emit, prompt.generation?.format !== undefined);
    let calls: readonly ToolCall[] = [];
    let thought = '';
    const reason = await model.stream(
      { ...prompt, tools: specs, steps, ...(isLast && { toolChoice: 'none' as const }) },
      (tokens) => step.say(tokens),
      signal,
      {
        onReasoning: (text) => emit({ type: 'reasoning', text }),
        onUsage: (usage) => emit({ type: 'usage', usage, model: prompt.model ?? model.name }),
        onRequest: (usageSoFar) => emit({ type: 'request', usageSoFar, model: prompt.model ?? model.name }),
        onRetract: () => step.retract(),
        onToolCalls: (asked, thinking = '') => {
          calls = this.register(asked);
          thought = thinking;
        },
      },
    );
    this.shown = step.end(calls.length > 0);
    if (isLast) this.refuseCallsOnly(calls, step.text);
    if (calls.length === 0 || isLast) this.finish(reason);
    else if (calls.some((call) => this.parts.calls.needsApproval(call)))
      throw new Suspended({ text: step.text, thought, calls }, steps);
    return { text: step.text, thought, calls: isLast ? [] : calls };
  }

  private finish(reason: FinishReason): void {
    if (reason !== 'stop') this.parts.emit({ type: 'finish', reason });
  }

  private refuseCallsOnly(calls: readonly ToolCall[], text: string): void {
    if (calls.length > 0 && !text.trim())
      throw new ModelError(
        'model-empty',
        `The model called tools until the limit of ${this.maxSteps} steps and gave no answer.`,
      );
  }

  /** Calls with ids that no earlier answer has used. */
  private register(calls: readonly ToolCall[]): ToolCall[] {
    return calls.map((call) => {
      let { id } = call;
      for (let number = this.ids.size; this.ids.has(id); number++)
        id = `more${String(number).padStart(5, '0')}`;
      this.ids.add(id);
      // A model may call a tool that there is none of by any name.
      const unique = { ...call, id, name: withoutHidden(call.name).slice(0, MAX_NAME).toWellFormed() };
      this.pending.set(id, unique);
      return unique;
    });
  }
}

/** The text of one step, emitted as it comes. */
class StepText {
  text = '';

  /**
   * @param before the reply so far
   * @param isHeld emits the text when the step has ended without calls: text before them would break JSON
   */
  constructor(
    private readonly before: string,
    private readonly emit: Emit,
    private readonly isHeld: boolean,
  ) {}

  say(tokens: readonly string[]): void {
    if (tokens.length === 0) return;
    const isFirst = this.text === '';
    this.text += tokens.join('');
    if (this.isHeld) return;
    if (isFirst && this.before) this.emit({ type: 'text', tokens: [BREAK] });
    this.emit({ type: 'text', tokens });
  }

  /** The text of this step was none. */
  retract(): void {
    this.text = '';
    if (this.isHeld) return;
    this.emit({ type: 'retract' });
    if (this.before) this.emit({ type: 'text', tokens: [this.before] });
  }

  /** @returns the reply after the step */
  end(hasCalls: boolean): string {
    if (this.isHeld) {
      if (!hasCalls && this.text) this.emit({ type: 'text', tokens: [this.text] });
      return '';
    }
    return this.text ? (this.before ? this.before + BREAK : '') + this.text : this.before;
  }
}
