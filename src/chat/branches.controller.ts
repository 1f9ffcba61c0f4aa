// `/conversations/{id}`: branches. Messages form a tree of which every surface shows one path; a regenerated answer
// or an edited question is a new sibling message.

import { Body, Controller, Delete, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { z } from 'zod';
import { AgentRegistry } from '../agents/agent-registry.js';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { LinkBase } from '../common/links.js';
import { ApiAnswer, ApiErrors, ApiEventStream } from '../common/openapi.js';
import { BranchesService, type BranchTurn } from '../runs/branches/branches.service.js';
import { StartsRun } from '../runs/admission/admission.guard.js';
import { RunService, type StartedRun } from '../runs/run.service.js';
import { MessageTreeService } from '../sessions/message-tree.service.js';
import {
  branchOf,
  branchQuerySchema,
  deletedBranchSchema,
  editSchema,
  expectedHead,
  forkSchema,
  headSchema,
  moveHeadSchema,
  regenerateSchema,
  toDeletedBranch,
  toHead,
} from './branches.schemas.js';
import { streamRun } from './stream-run.js';
import { eventSchemas, streamOf } from './surfaces.js';
import { conversationSchema } from './surfaces/rag-assistant/schemas.js';
import { toConversation } from './surfaces/rag-assistant/wire.js';
import { Audited } from '../auth/audit/audited.decorator.js';

const ApiKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A repeated request within 24 hours returns the same run',
  });

@ApiTags('Branches')
@RequireScope('chat')
@Controller('conversations/:id')
export class BranchesController {
  constructor(
    private readonly branches: BranchesService,
    private readonly trees: MessageTreeService,
    private readonly runs: RunService,
    private readonly agents: AgentRegistry,
  ) {}

  @Post('messages/:message_id/regenerate')
  @StartsRun()
  @ApiOperation({
    summary: 'Answer a message again',
    description:
      'Takes the id of a reply or of the message that it answers. The new reply is selected; the old one is kept as a branch.',
  })
  @ApiKey()
  @HttpCode(200)
  @ApiEventStream(...eventSchemas)
  @ApiErrors(404, 409, 422, 503)
  async regenerateMessage(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Query({ schema: branchQuerySchema }) query: z.output<typeof branchQuerySchema>,
    @Body({ schema: regenerateSchema }) body: z.output<typeof regenerateSchema>,
    @LinkBase() base: string,
    @Res() response: Response,
  ): Promise<void> {
    const turn = branchOf('regenerate', { user, id, messageId, key, query, body, base }, this.agents);
    this.stream(response, turn, await this.branches.regenerate(turn, messageId));
  }

  @Post('messages/:message_id/edit')
  @StartsRun()
  @ApiOperation({
    summary: 'Edit a message and answer it again',
    description: 'The edited message and its answer are selected; the old ones are kept as a branch.',
  })
  @ApiKey()
  @HttpCode(200)
  @ApiEventStream(...eventSchemas)
  @ApiErrors(404, 409, 422, 503)
  async editMessage(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Query({ schema: branchQuerySchema }) query: z.output<typeof branchQuerySchema>,
    @Body({ schema: editSchema }) body: z.output<typeof editSchema>,
    @LinkBase() base: string,
    @Res() response: Response,
  ): Promise<void> {
    const turn = branchOf('edit', { user, id, messageId, key, query, body, base }, this.agents);
    this.stream(response, turn, await this.branches.edit(turn, messageId, body.message));
  }

  @Put('head')
  @ApiOperation({
    summary: 'Select a branch',
    description:
      'Every surface shows the branch that ends in this message, and new messages are appended to it. 409 ' +
      'while a run is in progress.',
  })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `head_id` that the client last received; 409 if it has changed since',
  })
  @ApiAnswer(200, headSchema)
  @ApiErrors(404, 409, 422)
  async moveHead(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('id') conversationId: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body({ schema: moveHeadSchema }) { message_id: messageId, follow }: z.output<typeof moveHeadSchema>,
  ) {
    const move = { expected: expectedHead(ifMatch), follow };
    return toHead(conversationId, await this.trees.show({ ownerId, conversationId }, messageId, move));
  }

  @Delete('messages/:message_id')
  @Audited()
  @ApiOperation({
    summary: 'Delete a branch',
    description:
      'Deletes a message and all messages after it. At least one other branch must remain; if the deleted ' +
      'one was selected, the newest of the others is selected.',
  })
  @ApiAnswer(200, deletedBranchSchema)
  @ApiErrors(404, 409)
  async deleteBranch(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('id') conversationId: string,
    @Param('message_id') messageId: string,
  ) {
    return toDeletedBranch(
      conversationId,
      await this.trees.deleteBranch({ ownerId, conversationId }, messageId),
    );
  }

  @Post('fork')
  @ApiOperation({
    summary: 'Copy a conversation up to a message into a new one',
    description:
      'Without a `message_id` the whole selected branch is copied. The original is unchanged, and its ' +
      'uploaded files stay with it.',
  })
  @HttpCode(201)
  @ApiAnswer(201, conversationSchema)
  @ApiErrors(404, 422)
  async forkConversation(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('id') conversationId: string,
    @Body({ schema: forkSchema }) { message_id: messageId }: z.output<typeof forkSchema>,
  ) {
    return toConversation(await this.trees.fork({ ownerId, conversationId }, messageId));
  }

  private stream(response: Response, { wire, agent = '' }: BranchTurn, run: StartedRun): void {
    streamRun(response, this.runs, run.runId, streamOf({ ...run, agent, wire: wire ?? null }));
  }
}
