import type { AnswerFormat, ChatPrompt } from './chat-model.js';
import { toMessagesWithPictures, type OpenAiMessage, type PictureMessage } from './openai-messages.js';
import { toStepMessages, toTools, type OpenAiTool, type StepMessage } from './tools/openai-tools.js';
import type { Quirks } from './quirks.js';

/** The body of a `/chat/completions` request; undefined fields are not sent. */
export interface RequestBody {
  model: string;
  messages: (OpenAiMessage | PictureMessage | StepMessage)[];
  stream: true;
  stream_options?: { include_usage: true; include_obfuscation?: false };
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  stop?: readonly string[];
  reasoning_effort?: string;
  response_format?: AnswerFormat;
  tools?: OpenAiTool[];
  tool_choice?: 'none';
}

/** @param isOpenAi whether it is OpenAI's own server, which pads chunks to a random length by default */
export function toRequestBody(
  prompt: ChatPrompt,
  model: string,
  quirks: Quirks,
  isOpenAi: boolean,
): RequestBody {
  const { temperature, topP, maxTokens, stop, reasoningEffort, format } = prompt.generation ?? {};
  const optional = {
    stream_options: {
      include_usage: true as const,
      ...(isOpenAi && { include_obfuscation: false as const }),
    },
    temperature,
    top_p: topP,
    [quirks.maxTokensField]: maxTokens,
    stop: stop?.length ? stop : undefined,
    reasoning_effort: reasoningEffort,
  };
  return {
    model,
    messages: [...toMessagesWithPictures(prompt, quirks.systemRole), ...toStepMessages(prompt.steps)],
    stream: true,
    // Never omitted: without tools the model would invent their results.
    ...(prompt.tools?.length && { tools: toTools(prompt.tools) }),
    ...(prompt.toolChoice === 'none' && { tool_choice: 'none' as const }),
    // Never omitted: an application that requires JSON cannot use another answer.
    ...(format && { response_format: format }),
    ...Object.fromEntries(Object.entries(optional).filter(([name]) => !quirks.without.has(name))),
  };
}
