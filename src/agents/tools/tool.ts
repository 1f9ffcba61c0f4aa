import { z } from 'zod';
import type { ToolSpec } from '../../adapters/chat-model/chat-model.js';
import type { Json, JsonObject } from '../../common/json.js';
import type { AgentInput, CallAllowance, Emit } from '../agent.js';
import type { SourceList } from './source-list.js';

/** What a tool may use while it answers a call. */
export interface ToolContext {
  input: AgentInput;
  /** The sources of the run's answer; those that a tool adds get the next numbers. */
  sources: SourceList;
  /** Of the run. */
  emit: Emit;
  allowance: CallAllowance;
}

export interface ToolResult {
  /** For the model: data. */
  text: string;
  /** For people; the text when omitted. */
  output?: Json;
}

/** Something a model may call. */
export interface Tool {
  readonly spec: ToolSpec;
  /** Whether a call with this input needs approval; none does when omitted. */
  needsApproval?(input: JsonObject): boolean;
  /** True when an agreement holds for one call alone, never for the whole conversation. */
  readonly isAlwaysAsked?: boolean;
  /**
   * @param input arguments as the model wrote them: any JSON object
   * @param signal aborted when the run is stopped or the call takes too long
   * @throws ToolFailure with a sentence for the model and for people; anything else becomes one
   */
  run(input: JsonObject, context: ToolContext, signal: AbortSignal): Promise<ToolResult>;
}

/** Why a call of a tool failed, in words that people and models may read. */
export class ToolFailure extends Error {}

/** A tool where approval is impossible: calls that need it fail. */
export const unattended = ({ spec, needsApproval, run }: Tool): Tool => ({
  spec,
  run: async (input, context, signal) => {
    if (needsApproval?.(input))
      throw new ToolFailure('This call needs approval, which is not possible here.');
    return run(input, context, signal);
  },
});

/** A tool whose arguments are those of a schema. */
export function defineTool<Schema extends z.ZodObject>(tool: {
  name: string;
  description: string;
  schema: Schema;
  needsApproval?(input: JsonObject): boolean;
  run(input: z.output<Schema>, context: ToolContext, signal: AbortSignal): Promise<ToolResult> | ToolResult;
}): Tool {
  const { name, description, schema, needsApproval } = tool;
  return {
    spec: { name, description, parameters: toParameters(schema) },
    needsApproval,
    run: async (input, context, signal) => tool.run(readInput(schema, input), context, signal),
  };
}

/** A schema as servers take it: some refuse `$schema`, or defaults among the required. */
function toParameters(schema: z.ZodObject): JsonObject {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return parameters as JsonObject;
}

function readInput<Schema extends z.ZodObject>(schema: Schema, input: JsonObject): z.output<Schema> {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const issues = read.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
  throw new ToolFailure(`The arguments are invalid. ${issues.join('; ')}.`);
}
