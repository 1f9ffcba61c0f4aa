import { z } from 'zod';
import { boundedText } from '../../../common/text.js';

/** Inputs and results of the tools. Clients show the descriptions to models. */
export const searchInput = z.object({
  query: boundedText(1, 2_000).describe('what to look for, as a question or in a few words'),
  limit: z.int().min(1).max(20).default(5),
  document_ids: z.array(z.guid()).max(100).optional().describe('look in these documents only'),
});

const passage = z.object({
  document_id: z.string(),
  title: z.string(),
  page: z.number().nullable(),
  quote: z.string(),
  start: z.int().describe('where the quote begins in the text of the document'),
  end: z.int(),
  score: z.number(),
});
export const passagesOutput = z.object({ passages: z.array(passage) });

export const askInput = z.object({
  agent: boundedText(1, 128).default('assistant').describe('id or label of one of list_agents'),
  message: boundedText(1, 32_000),
  conversation_id: boundedText(1, 128)
    .optional()
    .describe('continues a conversation; a new one when omitted'),
});

const source = z.object({
  title: z.string(),
  url: z.string(),
  document_id: z.string().optional(),
  page: z.number().optional(),
  quote: z.string().optional(),
});
export const answerOutput = z.object({
  conversation_id: z.string(),
  run_id: z.string(),
  reply: z.string(),
  sources: z.array(source),
});

export const agentsOutput = z.object({
  agents: z.array(z.object({ id: z.string(), label: z.string(), description: z.string() })),
});

export const conversationsInput = z.object({
  limit: z.int().min(1).max(100).default(20),
  query: boundedText(0, 200)
    .optional()
    .describe('words of titles or messages, best matches first; without them the latest conversations'),
});
export const conversationsOutput = z.object({
  conversations: z.array(
    z.object({
      conversation_id: z.string(),
      title: z.string().nullable(),
      agent: z.string(),
      message_count: z.int(),
      last_message_at: z.string(),
    }),
  ),
});

export const conversationInput = z.object({
  id: boundedText(1, 200),
  limit: z.int().min(1).max(200).default(50).describe('the newest messages'),
});
export const conversationOutput = z.object({
  conversation_id: z.string(),
  title: z.string().nullable(),
  messages: z.array(
    z.object({ id: z.string(), role: z.string(), content: z.string(), created_at: z.string() }),
  ),
});

/** For the OpenAPI document: the payload is JSON-RPC. */
export const jsonRpcSchema = z
  .looseObject({ jsonrpc: z.literal('2.0'), method: z.string().optional() })
  .meta({ id: 'McpMessage', example: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} } });

export const protectedResourceSchema = z
  .object({
    resource: z.string(),
    scopes_supported: z.array(z.string()),
    bearer_methods_supported: z.array(z.string()),
    authorization_servers: z.array(z.string()).optional().describe('where an OpenID issuer is configured'),
  })
  .meta({
    id: 'McpProtectedResource',
    example: {
      resource: 'https://parley.example.com/mcp',
      scopes_supported: ['chat', 'conversations:read', 'documents:read'],
      bearer_methods_supported: ['header'],
    },
  });
