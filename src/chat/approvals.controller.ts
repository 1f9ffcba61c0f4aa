// `/runs/{run_id}/approvals/{approval_id}`: a person decides about a call of a tool. For clients of every surface.

import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import type { JsonObject } from '../common/json.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { boundedText } from '../common/text.js';
import { claimOf } from '../idempotency/idempotency.js';
import { ApprovalsService } from '../runs/approvals/approvals.service.js';
import { editedInput } from './wires/edited-input.js';
import { runSchema, toRun } from './run.schemas.js';

const decisionSchema = z
  .object({
    decision: z.enum(['approve', 'reject', 'edit']),
    input: editedInput
      .optional()
      .describe('with `edit`, and only then: the input in place of the one that the model wrote'),
    note: boundedText(0, 1_000).optional().describe('with `reject`: a reason, for the model'),
    always: z
      .boolean()
      .default(false)
      .describe('with `approve`: the tool needs no further approval in this conversation'),
  })
  .refine(({ decision, input }) => (decision === 'edit') === (input !== undefined), {
    path: ['input'],
    error: 'Field required with "edit", and not allowed otherwise',
  })
  .meta({ id: 'ApprovalDecision', example: { decision: 'approve', always: false } });

@ApiTags('Runs')
@RequireScope('chat')
@Controller('runs')
export class ApprovalsController {
  constructor(private readonly approvals: ApprovalsService) {}

  @Post(':run_id/approvals/:approval_id')
  @ApiOperation({
    summary: 'Approve, reject or edit a call of a tool',
    description:
      'The run resumes, under its id and with the next offsets, once all pending calls are decided: ' +
      '`GET /runs/{run_id}/stream`. A second decision, or one after the run was stopped or has expired, is refused ' +
      'with 409.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @HttpCode(200)
  @ApiAnswer(200, runSchema)
  @ApiErrors(404, 409, 422, 429, 503)
  async decideApproval(
    @CurrentUser() user: Principal,
    @Param('run_id') runId: string,
    @Param('approval_id') approvalId: string,
    @Body({ schema: decisionSchema }) body: z.output<typeof decisionSchema>,
    @Headers('idempotency-key') key: string | undefined,
  ) {
    const claim = claimOf(user.id, 'POST /runs/{run_id}/approvals/{approval_id}', key, {
      runId,
      approvalId,
      ...body,
    });
    const { decision, note, always } = body;
    const input = body.input as JsonObject | undefined;
    const chosen = {
      decision,
      ...(input && { input }),
      ...(note && { note }),
      always: always && decision === 'approve',
    };
    return toRun(await this.approvals.decide(user.id, runId, approvalId, chosen, claim));
  }
}
