import type { JsonObject } from '../../../common/json.js';
import type { ToolSpec, ToolStep } from '../chat-model.js';

/** A tool in a request. */
export interface OpenAiTool {
  type: 'function';
  function: { name: string; description: string; parameters: JsonObject };
}

/** A message for a previous tool call or its result. */
export type StepMessage =
  | {
      role: 'assistant';
      content: string | null;
      /** Absent where the server sent none. */
      reasoning_content?: string;
      tool_calls: {
        id: string;
        type: 'function';
        function: { name: string; arguments: string };
        extra_content?: JsonObject;
      }[];
    }
  | { role: 'tool'; tool_call_id: string; content: string };

export const toTools = (tools: readonly ToolSpec[]): OpenAiTool[] =>
  tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));

/** Messages for the calls and results of each step; each result is in an element that it cannot close. */
export function toStepMessages(steps: readonly ToolStep[] = []): StepMessage[] {
  return steps.flatMap(({ text, thought, calls, results }): StepMessage[] => [
    {
      role: 'assistant',
      content: text || null,
      ...(thought && { reasoning_content: thought }),
      tool_calls: calls.map(({ id, name, input, extra }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(input ?? {}) },
        ...(extra && { extra_content: extra }),
      })),
    },
    ...calls.map(({ id }, i): StepMessage => ({
      role: 'tool',
      tool_call_id: id,
      content: `<result>\n${inert(results[i] ?? '')}\n</result>`,
    })),
  ]);
}

const inert = (text: string) => text.replace(/<(?=\s*\/?\s*result\b)/gi, '&lt;');
