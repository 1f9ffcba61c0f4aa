// `/conversations/{id}`: changes by its owner: rename, pin, add messages without an answer.

import { Body, Controller, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { boundedText, nameText } from '../common/text.js';
import { CompactionService } from '../runs/compaction/compaction.service.js';
import { ConversationsService } from '../sessions/conversations.service.js';
import { OutsideMessagesService } from '../sessions/outside-messages.service.js';
import { conversationSchema, messageSchema, summarySchema } from './surfaces/rag-assistant/schemas.js';
import { toConversation, toMessage, toSummary } from './surfaces/rag-assistant/wire.js';

const changeSchema = z
  .object({
    title: nameText(255).optional(),
    pinned: z.boolean().optional(),
  })
  .meta({ id: 'ChangeConversation', example: { title: 'Parental leave', pinned: true } });
const changedSchema = conversationSchema.extend({ pinned: z.boolean() }).meta({
  id: 'ChangedConversation',
  example: { ...(conversationSchema.meta()?.example as object), pinned: true },
});
const outsideSchema = z
  .object({ role: z.enum(['user', 'assistant']), content: boundedText(1, 32_000) })
  .meta({
    id: 'OutsideMessage',
    example: { role: 'assistant', content: 'A colleague takes over from here.' },
  });

@ApiTags('Conversations')
@RequireScope('chat')
@Controller('conversations/:id')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly outside: OutsideMessagesService,
    private readonly compaction: CompactionService,
  ) {}

  @Patch()
  @ApiOperation({
    summary: 'Rename or pin a conversation',
    description: 'Fields that are left out keep their values.',
  })
  @ApiAnswer(200, changedSchema)
  @ApiErrors(404, 422)
  async updateConversation(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body({ schema: changeSchema }) change: z.output<typeof changeSchema>,
  ) {
    const conversation = await this.conversations.change(user.id, id, change, 'Conversation not found');
    return { ...toConversation(conversation), pinned: conversation.pinnedAt !== null };
  }

  @Post('messages')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Put a message into a conversation without an answer',
    description:
      'For human agents who take over, and for messages imported from elsewhere. It is appended to the ' +
      'selected branch; 409 while a run is in progress.',
  })
  @ApiAnswer(201, messageSchema)
  @ApiErrors(404, 409, 422, 503)
  async createMessage(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('id') conversationId: string,
    @Body({ schema: outsideSchema }) message: z.output<typeof outsideSchema>,
  ) {
    return toMessage(await this.outside.add({ ownerId, conversationId }, message), conversationId, '');
  }

  @Post('compact')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Summarise the earlier messages of a conversation',
    description:
      'Later prompts of the selected branch hold the summary in place of all messages but the last exchange; the ' +
      'messages stay. It is made automatically when messages fill 70 % of the context of the model. 409 without a model.',
  })
  @ApiAnswer(200, summarySchema)
  @ApiErrors(404, 409, 429, 503)
  async compactConversation(@CurrentUser() user: Principal, @Param('id') id: string) {
    return toSummary(await this.compaction.compact({ ownerId: user.id, ...payerOf(user) }, id));
  }
}
