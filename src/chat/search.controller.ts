// `/conversations/search`: the caller's messages by their words.

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AgentRegistry } from '../agents/agent-registry.js';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { cursor } from '../common/cursor.js';
import { InvalidInput } from '../common/errors.js';
import { ApiAnswer, ApiErrors, EXAMPLE_CONVERSATION } from '../common/openapi.js';
import { queryInteger } from '../common/schemas.js';
import { boundedText } from '../common/text.js';
import { searchCursor } from '../database/repositories/page.js';
import { MessageSearchService, type SearchHits } from '../sessions/search/message-search.service.js';
import { epochSeconds } from '../common/time/epoch.js';

const searchSchema = z.object({
  q: boundedText(1, 200).describe('words; `"a phrase"`, `-excluded`, `or` between alternatives'),
  limit: queryInteger({ min: 1, max: 100, fallback: 20 }),
  cursor: cursor(searchCursor).optional(),
  agent: boundedText(1, 128).optional().describe('the `name` or `label` of one of `GET /agents/`'),
  from: z.iso
    .datetime({ offset: true })
    .or(z.iso.date())
    .transform((text) => new Date(text))
    .optional()
    .meta({ type: 'string', description: 'only messages from this date or time on', example: '2026-01-31' }),
});

const hitsSchema = z
  .object({
    items: z.array(
      z.object({
        conversation_id: z.string(),
        message_id: z.string(),
        title: z.string().nullable(),
        role: z.enum(['user', 'assistant']),
        snippet: z.object({
          text: z.string(),
          marks: z
            .array(z.array(z.int()).length(2))
            .describe('start and end of the match, in UTF-16 code units of `text`'),
        }),
        created_at: z.number(),
        rank: z.number().describe('higher is better; comparable within one search'),
      }),
    ),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
    is_complete: z
      .boolean()
      .describe('false while older messages are still being indexed for the first time'),
  })
  .meta({
    id: 'FoundMessages',
    example: {
      items: [
        {
          conversation_id: EXAMPLE_CONVERSATION,
          message_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
          title: 'What does the handbook say about leave?',
          role: 'assistant',
          snippet: { text: 'Thirty days of leave a year [1].', marks: [[15, 20]] },
          created_at: 1_795_200_000.25,
          rank: 0.06,
        },
      ],
      next: null,
      is_complete: true,
    },
  });

const toHits = ({ items, next, isComplete }: SearchHits): z.output<typeof hitsSchema> => ({
  items: items.map((hit) => ({
    conversation_id: hit.conversationId,
    message_id: hit.messageId,
    title: hit.title,
    role: hit.role,
    snippet: hit.snippet,
    created_at: epochSeconds(hit.createdAt),
    rank: hit.rank,
  })),
  next,
  is_complete: isComplete,
});

@ApiTags('Conversations')
@RequireScope('conversations:read')
@Controller('conversations')
export class SearchController {
  constructor(
    private readonly messages: MessageSearchService,
    private readonly agents: AgentRegistry,
  ) {}

  @Get('search')
  @ApiOperation({
    summary: "Search the caller's messages",
    description:
      'Best matches first. Case and accents are ignored; scripts without spaces are matched by character. ' +
      'Messages of all branches are searched.',
  })
  @ApiAnswer(200, hitsSchema)
  @ApiErrors(422)
  async searchMessages(
    @CurrentUser() user: Principal,
    @Query({ schema: searchSchema }) { q: query, agent, ...page }: z.output<typeof searchSchema>,
  ) {
    const request = { ownerId: user.id, query, agent: agent && this.agentNamed(agent), ...page };
    return toHits(await this.messages.search(request));
  }

  private agentNamed(name: string): string {
    const agent = this.agents.named(name);
    if (agent) return agent.id;
    const msg = 'There is no such agent';
    throw new InvalidInput([{ type: 'value_error', loc: ['query', 'agent'], msg, input: name }]);
  }
}
