import { validate as isUuid } from 'uuid';
import type { AgentRegistry } from '../../../agents/agent-registry.js';
import type { Json } from '../../../common/json.js';
import { parseInput } from '../../../common/http/validation.pipe.js';
import type { StartRun } from '../../../runs/run.service.js';
import { chosenAgent } from '../../wires/chosen-agent.js';
import { derivedKey } from '../../wires/derived-key.js';
import { refuseMisdirected } from '../../wires/misdirected.js';
import { isPictureUrl } from '../../wires/inline-pictures.js';
import { newestTurn, type NewestTurn } from '../../wires/newest-turn.js';
import { unfit } from '../../wires/unfit.js';
import { decisionsIn, type ChatDecisions } from './decisions.js';
import { chatRequestSchema, messageSchema, type ChatRequest, type WirePart } from './schemas.js';

/** A parsed request of a chat. */
export interface ChatTurnRequest {
  turn: StartRun & { conversationId: string };
  pictures: NewestTurn['pictures'];
  /** Another answer to the newest message is requested. */
  isRegenerate: boolean;
  /** Parent of an edited message: id of the reply above it, null for the first message of the chat. */
  editBelow?: string | null;
  /** Idempotency key; undefined where equal ids may be different requests. */
  key: string | undefined;
}

const ATTACHMENT_LINK = /\/attachments\/([\da-f-]{36})\/raw$/;

/** @throws InvalidInput naming the invalid field */
export function fromWire(
  body: unknown,
  ownerId: string,
  agents: AgentRegistry,
): ChatTurnRequest | ChatDecisions {
  refuseMisdirected(body, 'ai-sdk');
  const request = parseInput(chatRequestSchema, body, 'body');
  const field = request.messages ? 'messages' : 'message';
  const newest = request.messages ? request.messages.at(-1) : request.message;
  const decisions = decisionsIn(request.id, newest, field);
  if (decisions) return decisions;
  const { id: messageId, role, parts } = parseInput(messageSchema, newest ?? {}, 'body', field);
  const urls = parts.flatMap((part) => (isFile(part) ? [part.url] : []));
  const images = urls.filter(isPictureUrl);
  const files = urls.filter((url) => !isPictureUrl(url)).map((url) => attachmentOf(url, field));
  const attachmentIds = [...files, ...(request.attachment_ids ?? [])];
  const newestMessage = { role, text: textOf(parts), attachmentIds, pictures: images };
  const { message, documents, pictures } = newestTurn([newestMessage], field);
  const isRegenerate = request.trigger === 'regenerate-message';
  return {
    // The pictures of a regenerated message are already stored.
    pictures: isRegenerate ? [] : pictures,
    turn: {
      ownerId,
      conversationId: request.id,
      ...chosenAgent(agents, request.agent),
      message,
      context: (request.context as Json | undefined) ?? undefined,
      documents: { ...documents, topK: request.top_k ?? undefined },
    },
    isRegenerate,
    editBelow: isEdit(request) ? parentOf(request.messages) : undefined,
    key: messageId && isNew(request) ? derivedKey('ai-sdk', request.id, messageId) : undefined,
  };
}

const isEdit = ({ trigger, messageId }: ChatRequest) => trigger === 'submit-message' && Boolean(messageId);

/** Only replies have ids known to both client and server. */
function parentOf(messages: readonly unknown[] = []): string | null | undefined {
  if (messages.length === 1) return null;
  const parent = messageSchema.safeParse(messages.at(-2)).data;
  return parent?.role === 'assistant' && isUuid(parent.id) ? parent.id : undefined;
}

/** An edited message and a regenerated one keep their ids. */
const isNew = ({ trigger, messageId }: ChatRequest) => trigger === 'submit-message' && !messageId;

const textOf = (parts: readonly WirePart[]) =>
  parts.flatMap((part) => (isText(part) ? [part.text] : [])).join('');

/** @throws InvalidInput for a file that was not uploaded before */
function attachmentOf(url: string, field: string): string {
  const [, id] = ATTACHMENT_LINK.exec(url) ?? [];
  if (id) return id;
  throw unfit(
    field,
    'Files are not read from messages: upload them with POST /upload and send their ids in attachment_ids',
    'unsupported_content',
  );
}

const isText = (part: WirePart): part is Extract<WirePart, { text: string }> => 'text' in part;
const isFile = (part: WirePart): part is Extract<WirePart, { url: string }> => 'url' in part;
