import { z } from 'zod';
import type { AgentRegistry } from '../agents/agent-registry.js';
import { payerOf, type Principal } from '../auth/principal.js';
import { InvalidInput } from '../common/errors.js';
import { EXAMPLE_CONVERSATION } from '../common/openapi.js';
import { uuid } from '../common/schemas.js';
import { boundedText } from '../common/text.js';
import type { DeletedBranch, Head } from '../database/repositories/tree/message-tree.repository.js';
import { claimOf } from '../idempotency/idempotency.js';
import type { BranchTurn } from '../runs/branches/branches.service.js';
import { findAgent } from './surfaces/rag-assistant/wire.js';
import { surfaceNameSchema } from './surfaces.js';

const MESSAGE = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';

const agentSchema = boundedText(1, 128)
  .nullish()
  .describe('the `name` or `label` of one of `GET /agents/`; it answers from now on');

export const branchQuerySchema = z.object({
  as: surfaceNameSchema.default('rag-assistant').describe('the surface whose events are streamed'),
});
export const regenerateSchema = z
  .object({ agent: agentSchema })
  .nullish()
  .transform((body) => body ?? {})
  .meta({ id: 'RegenerateMessage', example: {} });
export const editSchema = z
  .object({ message: boundedText(1, 32_000), agent: agentSchema })
  .meta({ id: 'EditMessage', example: { message: 'What does the handbook say about parental leave?' } });
export const moveHeadSchema = z
  .object({
    message_id: uuid(),
    follow: z.boolean().default(false).describe('whether to select its newest descendant instead'),
  })
  .meta({ id: 'MoveHead', example: { message_id: MESSAGE } });
export const forkSchema = z
  .object({ message_id: uuid().optional() })
  .nullish()
  .transform((body) => body ?? {})
  .meta({ id: 'ForkConversation', example: { message_id: MESSAGE } });

export const headSchema = z
  .object({
    conversation_id: z.string(),
    head_id: z.string().nullable().describe('the last message of the selected branch'),
    message_count: z.int().describe('messages of the selected branch'),
  })
  .meta({
    id: 'ConversationHead',
    example: { conversation_id: EXAMPLE_CONVERSATION, head_id: MESSAGE, message_count: 2 },
  });
export const deletedBranchSchema = headSchema
  .extend({ status: z.literal('deleted'), deleted_messages: z.int() })
  .meta({
    id: 'DeletedBranch',
    example: {
      status: 'deleted',
      deleted_messages: 2,
      conversation_id: EXAMPLE_CONVERSATION,
      head_id: MESSAGE,
      message_count: 2,
    },
  });

export const toHead = (conversationId: string, { headId, messageCount }: Head) => ({
  conversation_id: conversationId,
  head_id: headId,
  message_count: messageCount,
});

export const toDeletedBranch = (conversationId: string, deleted: DeletedBranch) => ({
  status: 'deleted' as const,
  deleted_messages: deleted.count,
  ...toHead(conversationId, deleted),
});

/**
 * The expected head from an `If-Match` header; undefined without the header and for `*`.
 * @throws InvalidInput when it is not a message id
 */
export function expectedHead(ifMatch: string | undefined): string | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const id = uuid().safeParse(/^\s*"?([^"]*?)"?\s*$/.exec(ifMatch)?.[1]);
  if (id.success) return id.data;
  const msg = 'This is not the `head_id` of a conversation';
  throw new InvalidInput([{ type: 'value_error', loc: ['header', 'If-Match'], msg, input: ifMatch }]);
}

/** Body of a request for a new branch. */
interface BranchRequest {
  user: Principal;
  id: string;
  messageId: string;
  key: string | undefined;
  query: z.output<typeof branchQuerySchema>;
  body: { agent?: string | null };
  base: string;
}

/** @throws InvalidInput for an unknown agent and for an invalid idempotency key */
export function branchOf(
  act: 'regenerate' | 'edit',
  { user, id, messageId, key, query, body, base }: BranchRequest,
  agents: AgentRegistry,
): BranchTurn {
  const route = `POST /conversations/{id}/messages/{message_id}/${act}`;
  return {
    ownerId: user.id,
    ...payerOf(user),
    conversationId: id,
    agent: body.agent ? findAgent(agents, body.agent) : undefined,
    wire: { surface: query.as, ...(base && { base }) },
    claim: claimOf(user.id, route, key, { id, messageId, ...body }),
  };
}
