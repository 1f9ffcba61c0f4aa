import { parseInput } from '../../../common/http/validation.pipe.js';
import type { DecisionOnCall } from '../../../runs/approvals/approvals.service.js';
import type { StartRun } from '../../../runs/run.service.js';
import { derivedKey } from '../../wires/derived-key.js';
import { refuseMisdirected } from '../../wires/misdirected.js';
import { newestTurn, type NewestTurn } from '../../wires/newest-turn.js';
import { unfit } from '../../wires/unfit.js';
import { toDecisions } from './interrupts.js';
import { messageSchema, runAgentSchema, type WireMessage } from './schemas.js';

/** A parsed request, before its agent is known. */
export interface AgentRun {
  turn: Omit<StartRun, 'ownerId' | 'agent'>;
  pictures: NewestTurn['pictures'];
  threadId: string;
  /** The client's own id of the run. */
  clientRunId: string;
  /** The client's copy of the thread. */
  messages: readonly unknown[];
  /** Idempotency key. */
  key: string;
}

/** Decisions about the calls that a thread waits for. */
export interface AgentResume extends Pick<AgentRun, 'threadId' | 'clientRunId' | 'messages'> {
  decisions: DecisionOnCall[];
}

/** @throws InvalidInput naming the invalid or unsupported field */
export function fromWire(body: unknown): AgentRun | AgentResume {
  refuseMisdirected(body, 'ag-ui');
  const request = parseInput(runAgentSchema, body, 'body');
  const { threadId, runId, messages, context, forwardedProps } = request;
  if (request.tools?.length)
    throw unfit('tools', 'Agents of this server have tools of their own, and take none from the client');
  if (request.resume?.length)
    return { threadId, clientRunId: runId, messages, decisions: toDecisions(request.resume) };
  const newest = parseInput(messageSchema, messages.at(-1), 'body', 'messages');
  const attachmentIds = forwardedProps?.attachment_ids;
  const { message, documents, pictures } = newestTurn([
    { role: newest.role, text: textOf(newest), attachmentIds, pictures: imagesOf(newest) },
  ]);
  return {
    threadId,
    pictures,
    clientRunId: runId,
    messages,
    key: derivedKey('ag-ui', threadId, runId),
    turn: {
      conversationId: threadId,
      switchesAgent: true,
      message,
      context: context?.length ? { context } : undefined,
      documents: { ...documents, topK: forwardedProps?.top_k },
    },
  };
}

/** Addresses of images: their bytes, as a data URL, or where they are. */
const imagesOf = ({ content }: WireMessage): string[] =>
  typeof content === 'string'
    ? []
    : content.flatMap((part) => {
        if (!('source' in part)) return [];
        const { type, value, mimeType } = part.source;
        return [type === 'data' ? `data:${mimeType ?? ''};base64,${value}` : value];
      });

/** @throws InvalidInput for parts that are neither text nor images */
function textOf({ content }: WireMessage): string {
  if (typeof content === 'string') return content;
  const texts = content.map((part) => {
    if ('text' in part) return part.text;
    if ('source' in part) return '';
    throw unfit(
      'messages',
      `Parts of type '${part.type}' are not read: upload files with POST /upload and send their ids in forwardedProps.attachment_ids`,
    );
  });
  return texts.join('');
}
