import { parseInput } from '../../../common/http/validation.pipe.js';
import type { StartRun } from '../../../runs/run.service.js';
import { answerFormatOf } from '../../wires/answer-format.js';
import { refuseMisdirected } from '../../wires/misdirected.js';
import { newestTurn, type NewestTurn } from '../../wires/newest-turn.js';
import { refuseToolChoice } from '../../wires/tool-choice.js';
import { refuseParameters, unfit } from '../../wires/unfit.js';
import {
  completionRequestSchema,
  conversationIdSchema,
  type CompletionRequest,
  type WireMessage,
  type WirePart,
} from './schemas.js';

/** A parsed request, still without the agent. */
export interface Completion {
  model: string;
  turn: Omit<StartRun, 'ownerId' | 'agent'>;
  pictures: NewestTurn['pictures'];
  isStreamed: boolean;
  includeUsage: boolean;
}

/**
 * @param conversation from the header `X-Conversation-Id`, an alternative to the field in `metadata`
 * @throws InvalidInput naming the invalid or unsupported field
 */
export function fromWire(body: unknown, conversation?: string): Completion {
  refuseMisdirected(body, 'completions');
  const request = parseInput(completionRequestSchema, body, 'body');
  refuseUnsupported(request);
  const { pictures, ...turn } = newestTurn(request.messages.map(toListed));
  const named = conversation ?? request.metadata?.['conversation_id'] ?? undefined;
  return {
    model: request.model,
    pictures,
    isStreamed: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    turn: {
      conversationId:
        named === undefined ? undefined : parseInput(conversationIdSchema, named, 'body', 'metadata'),
      switchesAgent: true,
      ...turn,
      // The turns of a named conversation are stored.
      history: named === undefined ? turn.history : undefined,
      generation: generationOf(request),
    },
  };
}

const toListed = (message: WireMessage) => ({
  role: message.role,
  text: textOf(message),
  attachmentIds: filesOf(message),
  pictures: imagesOf(message),
});

function generationOf(request: CompletionRequest): StartRun['generation'] {
  const { temperature, top_p, stop, reasoning_effort } = request;
  const format = answerFormatOf(request.response_format);
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof top_p === 'number' && { topP: top_p }),
    ...(maxTokens && { maxTokens }),
    ...(stop && { stop: [stop].flat() }),
    ...(reasoning_effort && { reasoningEffort: reasoning_effort }),
    ...(format && { format }),
  };
}

function textOf({ content }: WireMessage): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => ('text' in part ? part.text : 'refusal' in part ? part.refusal : '')).join('');
}

function filesOf({ content }: WireMessage): string[] | undefined {
  if (!Array.isArray(content)) return undefined;
  const ids = content.flatMap((part) => ('file' in part ? [part.file.file_id] : []));
  return ids.length > 0 ? ids : undefined;
}

function imagesOf({ content }: WireMessage): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => ('image_url' in part ? [part.image_url.url] : []));
}

/** Agents use their own tools, and give one text answer. */
function refuseUnsupported(request: CompletionRequest): void {
  const usesTools = request.tool_choice !== 'none';
  refuseParameters([
    ['n', request.n !== undefined && request.n !== null && request.n !== 1],
    ['logprobs', request.logprobs],
    ['audio', request.audio],
    ['modalities', request.modalities?.some((modality) => modality !== 'text')],
    ['tools', usesTools && request.tools?.length],
    ['functions', usesTools && request.functions?.length],
  ]);
  refuseToolChoice(request.tool_choice, 'tool_choice');
  refuseToolChoice(request.function_call, 'function_call');
  // Only the text of earlier messages is read.
  const content = request.messages.at(-1)?.content;
  const part = Array.isArray(content) ? content.find((each) => !isRead(each)) : undefined;
  if (!part) return;
  const hint = part.type === 'file' ? ': upload files with POST /upload and send their ids as file_id' : '';
  throw unfit(
    'messages',
    `Unsupported content: parts of type '${part.type}' are not read here${hint}`,
    'unsupported_content',
  );
}

const isRead = (part: WirePart) => 'text' in part || 'file' in part || 'image_url' in part;
