import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../../auth/access.js';
import {
  toUsageSum,
  USAGE_SUM,
  usageExample,
  usagePage,
  usageQuery,
  usageRange,
  usageSumSchema,
} from '../../chat/usage.schemas.js';
import { ApiAnswer, ApiErrors } from '../../common/openapi.js';
import { uuid } from '../../common/schemas.js';
import { ADMIN_USAGE_GROUPS, UsageRepository } from '../../database/repositories/usage.repository.js';
import { UsersRepository } from '../../database/repositories/users.repository.js';

const querySchema = usageQuery(ADMIN_USAGE_GROUPS).extend({
  user_id: uuid().optional().describe('of one account alone'),
});
const listSchema = usagePage(ADMIN_USAGE_GROUPS)
  .extend({
    items: z.array(
      usageSumSchema.extend({
        group: z
          .string()
          .nullable()
          .describe(
            "a day in UTC, an agent's id, a model, an API key's id or an account's id; null for none",
          ),
        email: z.string().nullable().describe('of the account, when grouped by `user`'),
      }),
    ),
  })
  .meta({ id: 'AllUsage', example: usageExample([{ ...USAGE_SUM, email: null }]) });

/** Usage of all accounts. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/usage')
export class AdminUsageController {
  constructor(
    private readonly usage: UsageRepository,
    private readonly users: UsersRepository,
  ) {}

  @Get()
  @ApiOperation({
    summary: "Get all users' usage of runs and tokens",
    description:
      'Grouped by day, agent, model, API key or account. Includes deleted conversations, and deleted accounts ' +
      'without their names.',
  })
  @ApiAnswer(200, listSchema)
  @ApiErrors(403, 422)
  async getAllUsage(
    @Query({ schema: querySchema })
    { by, user_id: userId, limit, cursor, ...range }: z.output<typeof querySchema>,
  ) {
    const { from, to } = usageRange(range);
    const { items, next } = await this.usage.sums({ userId, by, from, to, limit, cursor });
    const emails = by === 'user' ? await this.users.emailsOf(items.map(({ group }) => group)) : new Map();
    return {
      by,
      from: from.toISOString(),
      to: to.toISOString(),
      items: items.map((sum) => ({ ...toUsageSum(sum), email: emails.get(sum.group) ?? null })),
      next,
    };
  }
}
