import { parseInput } from '../../../common/http/validation.pipe.js';
import type { DecisionOnCall } from '../../../runs/approvals/approvals.service.js';
import type { StartRun } from '../../../runs/run.service.js';
import { answerFormatOf } from '../../wires/answer-format.js';
import { refuseMisdirected } from '../../wires/misdirected.js';
import { newestTurn, type ListedMessage, type NewestTurn } from '../../wires/newest-turn.js';
import { refuseToolChoice } from '../../wires/tool-choice.js';
import { refuseParameters, unfit } from '../../wires/unfit.js';
import { estimateTokens } from '../../wires/usage.js';
import { uuidIn } from './ids.js';
import {
  responseRequestSchema,
  type ApprovalItem,
  type InputItem,
  type MessageItem,
  type ResponseOptions,
  type ResponseRequest,
} from './schemas.js';

/** A parsed request, before its agent and conversation are known. */
export interface NewResponse {
  model: string;
  turn: NewestTurn & Pick<StartRun, 'generation'>;
  options: ResponseOptions;
  isStreamed: boolean;
  /** The conversation or response to continue; at most one is set. */
  conversation?: string;
  previousResponseId?: string;
}

/** A parsed request that decides the calls which a response or conversation waits for. */
export interface ResponseDecisions extends Pick<
  NewResponse,
  'model' | 'isStreamed' | 'conversation' | 'previousResponseId'
> {
  decisions: DecisionOnCall[];
  isBackground: boolean;
}

/** @throws InvalidInput naming the invalid or unsupported field */
export function fromWire(body: unknown): NewResponse | ResponseDecisions {
  refuseMisdirected(body, 'responses');
  const request = parseInput(responseRequestSchema, body, 'body');
  refuseUnsupported(request);
  const { conversation, previous_response_id: previous, store, background } = request;
  if (conversation && previous)
    throw unfit('previous_response_id', 'Give either conversation or previous_response_id');
  const isContinuation = Boolean(conversation ?? previous);
  if (store === false && (isContinuation || background))
    throw unfit(
      'store',
      'A response that is not stored can neither be part of a conversation nor run in the background',
    );
  const place = {
    ...(conversation && { conversation: typeof conversation === 'string' ? conversation : conversation.id }),
    ...(previous && { previousResponseId: previous }),
  };
  const base = { model: request.model, isStreamed: request.stream ?? false, ...place };
  const decisions = decisionsIn(request);
  if (decisions) return { ...base, decisions, isBackground: background ?? false };
  const turn = newestTurn(listed(request), 'input');
  return {
    ...base,
    turn: { ...turn, history: isContinuation ? [] : turn.history, generation: generationOf(request) },
    options: {
      instructions: request.instructions ?? null,
      metadata: request.metadata ?? {},
      previousResponseId: previous ?? null,
      background: background ?? false,
      store: store ?? true,
      temperature: request.temperature ?? null,
      topP: request.top_p ?? null,
      maxOutputTokens: request.max_output_tokens ?? null,
      promptTokens: estimateTokens(turn.message),
      textFormat: request.text?.format ?? { type: 'text' },
    },
  };
}

/**
 * Decisions behind the last message; those before it repeat earlier ones.
 * @returns null for a request that ends with a message
 */
function decisionsIn({ input, conversation, previous_response_id: previous }: ResponseRequest) {
  if (typeof input === 'string') return null;
  const given = input.slice(input.findLastIndex(isUserMessage) + 1).filter(isApproval);
  if (given.length === 0) return null;
  if (!conversation && !previous) throw unfit('input', 'Approvals need previous_response_id or conversation');
  return given.map(toDecision);
}

const isUserMessage = (item: InputItem) => isMessage(item) && item.role === 'user';
const isApproval = (item: InputItem): item is ApprovalItem => 'approval_request_id' in item;

function toDecision({ approval_request_id: id, approve, reason }: ApprovalItem): DecisionOnCall {
  const approvalId = uuidIn('mcpr', id) ?? id;
  if (approve) return { approvalId, decision: 'approve' };
  return { approvalId, decision: 'reject', ...(reason && { note: reason }) };
}

function listed({ input, instructions }: ResponseRequest): ListedMessage[] {
  const items = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  const said = items.filter(isMessage).map(({ role, content }) => ({
    role,
    text: textOf(content),
    attachmentIds: filesOf(content),
    pictures: imagesOf(content),
  }));
  return instructions ? [{ role: 'system', text: instructions }, ...said] : said;
}

export const isMessage = (item: InputItem): item is MessageItem => 'role' in item;

export const textOf = (content: MessageItem['content']) =>
  typeof content === 'string'
    ? content
    : content.flatMap((part) => ('text' in part ? [part.text] : [])).join('');

const filesOf = (content: MessageItem['content']) =>
  typeof content === 'string'
    ? []
    : content.flatMap((part) => ('file_id' in part && part.file_id ? [part.file_id] : []));

const imagesOf = (content: MessageItem['content']) =>
  typeof content === 'string'
    ? []
    : content.flatMap((part) => ('image_url' in part && part.image_url ? [part.image_url] : []));

function generationOf(request: ResponseRequest): StartRun['generation'] {
  const { temperature, top_p, max_output_tokens, reasoning, text } = request;
  const format = answerFormatOf(text?.format);
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof top_p === 'number' && { topP: top_p }),
    ...(max_output_tokens && { maxTokens: max_output_tokens }),
    ...(reasoning?.effort && { reasoningEffort: reasoning.effort }),
    ...(format && { format }),
  };
}

/** Unsupported input items, which would change the answer. Items that repeat stored ones are ignored. */
const UNSUPPORTED_ITEMS = ['function_call_output', 'computer_call_output'];

function refuseUnsupported({ tools, tool_choice, prompt, input }: ResponseRequest): void {
  refuseParameters([
    ['tools', tool_choice !== 'none' && tools?.length],
    ['prompt', prompt],
  ]);
  refuseToolChoice(tool_choice, 'tool_choice');
  if (typeof input === 'string') return;
  const item = input.find((each) => !isMessage(each) && UNSUPPORTED_ITEMS.includes(each.type));
  if (item)
    throw unfit('input', `Unsupported content: '${item.type}' is not read here`, 'unsupported_content');
  for (const { content } of input.filter(isMessage)) {
    const part = typeof content === 'string' ? undefined : content.find(isUnreadPart);
    if (part)
      throw unfit(
        'input',
        `Unsupported content: parts of type '${part.type}' are not read here${part.type === 'input_file' ? UPLOAD : ''}`,
        'unsupported_content',
      );
  }
}

const UPLOAD = ': upload files with POST /upload and send their ids as file_id';

const isUnreadPart = (part: object) =>
  !('text' in part) && !('file_id' in part && part.file_id) && !('image_url' in part && part.image_url);
