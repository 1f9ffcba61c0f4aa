import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { toSource } from '../../../agents/documents/document-search.js';
import { Retriever } from '../../../ingestion/retrieval/retriever.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { ConversationSearchService } from '../../../sessions/search/conversation-search.service.js';
import type { ToolCall } from './ask-agent.tool.js';
import type { conversationInput, conversationsInput, searchInput } from './schemas.js';
import { toResult } from './tool-result.js';

/** Read-only tools: documents, agents, conversations. */
@Injectable()
export class LibraryTools {
  constructor(
    private readonly retriever: Retriever,
    private readonly agents: AgentRegistry,
    private readonly conversations: ConversationsService,
    private readonly search: ConversationSearchService,
  ) {}

  async searchDocuments(
    { query, limit, document_ids }: z.output<typeof searchInput>,
    { ownerId, signal }: ToolCall,
  ): Promise<CallToolResult> {
    const question = { ownerId, scope: 'all' as const, text: query, limit, attachmentIds: document_ids };
    const { passages: found, degraded } = await this.retriever.retrieve(question, signal);
    const passages = found.map((passage) => {
      const { title, score, metadata } = toSource(query, passage);
      const { document_id, page, quote, start, end } = metadata;
      return { document_id, title, page: page ?? null, quote, start, end, score };
    });
    const lines = passages.map(({ title, page, quote }, i) =>
      [`[${i + 1}] ${title}`, page === null ? '' : `, page ${page as number}`, `: ${quote as string}`].join(
        '',
      ),
    );
    const note = degraded ? ['Not all documents could be searched.'] : [];
    const links = [...new Map(found.map((passage) => [passage.attachmentId, passage.filename]))].map(
      ([id, name]) => ({ type: 'resource_link' as const, uri: attachmentUri(id), name }),
    );
    const text = [...(lines.length > 0 ? lines : ['Nothing was found.']), ...note].join('\n');
    return toResult(text, { passages }, links);
  }

  listAgents(): CallToolResult {
    const agents = this.agents.all.map(({ id, label, description }) => ({ id, label, description }));
    return toResult(agents.map(({ id, description }) => `${id}: ${description}`).join('\n'), { agents });
  }

  async listConversations(
    { limit, query = '' }: z.output<typeof conversationsInput>,
    { ownerId }: ToolCall,
  ): Promise<CallToolResult> {
    const found = query.trim()
      ? await this.search.search(ownerId, query, limit)
      : (await this.conversations.list(ownerId, { limit, offset: 0 })).items;
    const conversations = found.map(({ clientId, title, agent, messageCount, lastMessageAt }) => ({
      conversation_id: clientId,
      title,
      agent,
      message_count: messageCount,
      last_message_at: lastMessageAt.toISOString(),
    }));
    const lines = conversations.map(
      ({ conversation_id, title }) => `${conversation_id}: ${title ?? 'New Chat'}`,
    );
    return toResult(lines.join('\n') || 'There are no conversations.', { conversations });
  }

  /** @throws ParleyError `not-found` */
  async readConversation(
    { id, limit }: z.output<typeof conversationInput>,
    { ownerId }: ToolCall,
  ): Promise<CallToolResult> {
    const { conversation, messages } = await this.conversations.read(
      ownerId,
      id,
      { limit },
      'Conversation not found',
    );
    const said = messages.map(({ id: messageId, role, content, createdAt }) => ({
      id: messageId,
      role,
      content,
      created_at: createdAt.toISOString(),
    }));
    return toResult(said.map(({ role, content }) => `${role}: ${content}`).join('\n\n'), {
      conversation_id: conversation.clientId,
      title: conversation.title,
      messages: said,
    });
  }
}

export const attachmentUri = (id: string) => `parley://attachments/${id}`;
