import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../auth/access.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { Retention } from '../sessions/retention/retention.js';

const retentionSchema = z
  .object({
    next_sweep_at: z.string(),
    items: z.array(
      z.object({
        what: z.enum(['conversations', 'usage', 'audit', 'webhooks']),
        days: z.int().nullable().describe('null: no expiry'),
        removes: z.int().describe('number of rows that the next sweep deletes'),
      }),
    ),
  })
  .meta({
    id: 'Retention',
    example: {
      next_sweep_at: '2026-01-31T10:30:00.000Z',
      items: [
        { what: 'conversations', days: 90, removes: 12 },
        { what: 'usage', days: null, removes: 0 },
      ],
    },
  });

/** Retention periods. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/retention')
export class RetentionController {
  constructor(private readonly retention: Retention) {}

  @Get()
  @ApiOperation({
    summary: 'Get the retention periods and the number of rows that the next sweep deletes',
    description:
      'Conversations are as old as their last message (`RETENTION_DAYS`); pinned ones stay. Usage, audit events and events of ' +
      'webhooks have settings of their own. Sweeps run every hour.',
  })
  @ApiAnswer(200, retentionSchema)
  @ApiErrors(403)
  async getRetention() {
    const { nextSweepAt, items } = await this.retention.preview();
    return { next_sweep_at: nextSweepAt.toISOString(), items };
  }
}
