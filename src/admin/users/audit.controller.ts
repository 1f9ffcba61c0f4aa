import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { AuditEventsRepository } from '../../database/repositories/audit-events.repository.js';
import { auditQuerySchema, auditSchema, toAuditBody } from './schemas.js';

/** Audit log. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/audit')
export class AuditController {
  constructor(private readonly events: AuditEventsRepository) {}

  @Get()
  @ApiOperation({
    summary: 'List audit events, newest first',
    description:
      'Log-ins, deletions, actions of admins, changes of accounts and API keys. They are kept for AUDIT_RETENTION_DAYS and ' +
      'cannot be changed. When an account is erased, its id is replaced by another one and its IP addresses are removed.',
  })
  @ApiAnswer(200, auditSchema)
  @ApiErrors(403, 422)
  async listAuditEvents(
    @Query({ schema: auditQuerySchema })
    { actor_id: actorId, subject_id: subjectId, ...filters }: z.output<typeof auditQuerySchema>,
  ) {
    const { items, next } = await this.events.list({ actorId, subjectId, ...filters });
    return { items: items.map(toAuditBody), next };
  }
}
