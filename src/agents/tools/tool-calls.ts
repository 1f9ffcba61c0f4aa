import pLimit from 'p-limit';
import { v7 as uuidv7 } from 'uuid';
import type { ToolCall } from '../../adapters/chat-model/chat-model.js';
import { orAborted } from '../../common/time/abort.js';
import type { Json } from '../../common/json.js';
import { storableJson } from '../../common/text.js';
import type { CallAllowance, Emit } from '../agent.js';
import { ToolFailure, type Tool, type ToolContext, type ToolResult } from './tool.js';

/** What one answer may use. */
export interface ToolLimits {
  /** Requests to the model; in the last of them it may call no tool. */
  steps: number;
  calls: number;
  atOnce: number;
  /** Of one call, in milliseconds. */
  ms: number;
  /** UTF-16 units of a result. */
  chars: number;
}

export const TOOL_LIMITS: ToolLimits = { steps: 8, calls: 16, atOnce: 4, ms: 60_000, chars: 64 * 1024 };
const CUT = '\n… (the rest was left out: the result is too long)';

/** What surrounds the calls of one answer. */
export interface ToolRun {
  tools: ReadonlyMap<string, Tool>;
  context: Pick<ToolContext, 'input' | 'sources'>;
  emit: Emit;
  /** Of the run. */
  signal: AbortSignal;
  /** Stores the result of a tool. */
  keep(name: string, text: string): Promise<unknown>;
  /** Gets unexpected errors, whose text is not shown to users. */
  onError(error: unknown, name: string): void;
  limits?: ToolLimits;
  /** With the calls that were made before. */
  allowance?: CallAllowance;
}

/** Executes the calls of one answer, within its limits. A failure is returned to the model as a result. */
export class ToolCalls {
  private readonly limits: ToolLimits;
  private readonly limit;
  private readonly failed = new Set<string>();
  private readonly allowance: CallAllowance;

  constructor(private readonly run: ToolRun) {
    this.limits = run.limits ?? TOOL_LIMITS;
    this.limit = pLimit(this.limits.atOnce);
    this.allowance = run.allowance ?? { used: 0 };
  }

  /** How many calls there were, those beyond the limit included. */
  get used(): number {
    return this.allowance.used;
  }

  /**
   * @param eventId of the call in the run's events
   * @param approvalId of the approved request
   * @returns the result for the model
   * @throws the signal's reason when the run is stopped
   */
  async call(call: ToolCall, eventId: string = uuidv7(), approvalId?: string): Promise<string> {
    const { emit, signal } = this.run;
    const { name } = call;
    this.allowance.used += 1;
    const isBeyond = this.used > this.limits.calls;
    const approved = approvalId === undefined ? {} : { approvalId };
    emit({ type: 'tool', id: eventId, name, phase: 'called', input: call.input ?? {}, ...approved });
    const began = performance.now();
    const time = () => ({ ms: Math.round(performance.now() - began) });
    try {
      if (isBeyond)
        throw new ToolFailure(
          `The limit of ${this.limits.calls} calls is reached: answer with what you have.`,
        );
      const { text, output = text } = await this.limit(() => this.execute(call));
      const shown = storableJson(cut(output, this.limits.chars));
      emit({ type: 'tool', id: eventId, name, phase: 'done', output: shown, ...time() });
      await this.run.keep(name, text);
      return text;
    } catch (error) {
      signal.throwIfAborted();
      if (!isBeyond) this.failed.add(keyOf(call));
      return this.fail(call, eventId, error, time());
    }
  }

  /** @returns the result for the model of a call that a person has rejected */
  reject({ name }: ToolCall, eventId: string, note = ''): string {
    const error = note ? `Rejected: ${note}` : 'Rejected.';
    this.run.emit({ type: 'tool', id: eventId, name, phase: 'failed', error, isRejected: true });
    return `The user has rejected this call${note ? `: ${note}` : '.'} Do not try it again.`;
  }

  /** Whether a call needs approval first. */
  needsApproval({ name, input }: ToolCall): boolean {
    const { tools, context } = this.run;
    const tool = tools.get(name);
    const isAllowed = !tool?.isAlwaysAsked && context.input.allowedTools?.includes(name);
    if (!input || this.used >= this.limits.calls || isAllowed) return false;
    return tool?.needsApproval?.(input) ?? false;
  }

  private fail(call: ToolCall, eventId: string, error: unknown, time: { ms: number }): string {
    const { name } = call;
    if (!(error instanceof ToolFailure)) this.run.onError(error, name);
    const reason = error instanceof ToolFailure ? error.message : 'The tool failed.';
    const [sentence] = [storableJson(reason.slice(0, 1_000)) as string];
    this.run.emit({ type: 'tool', id: eventId, name, phase: 'failed', error: sentence, ...time });
    return `Failed: ${sentence}`;
  }

  private async execute(call: ToolCall): Promise<ToolResult> {
    const { tools, context, emit, signal } = this.run;
    const { allowance } = this;
    const tool = tools.get(call.name);
    if (!tool)
      throw new ToolFailure(
        `There is no tool “${call.name.slice(0, 64)}”. Tools: ${[...tools.keys()].join(', ')}.`,
      );
    if (!call.input) throw new ToolFailure('The arguments are not a JSON object.');
    if (this.failed.has(keyOf(call)))
      throw new ToolFailure('The same call has failed before; it is not repeated.');
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(this.limits.ms);
    const either = AbortSignal.any([signal, deadline]);
    try {
      const result = await orAborted(tool.run(call.input, { ...context, emit, allowance }, either), either);
      return { ...result, text: storableJson(cut(result.text, this.limits.chars)) as string };
    } catch (error) {
      if (deadline.aborted && !signal.aborted)
        throw new ToolFailure(`It did not answer within ${Math.round(this.limits.ms / 1_000)} s.`, {
          cause: error,
        });
      throw error;
    }
  }
}

const keyOf = ({ name, input }: ToolCall) => `${name} ${JSON.stringify(input)}`;

function cut<T extends Json>(value: T, chars: number): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > chars ? text.slice(0, chars).toWellFormed() + CUT : value;
}
