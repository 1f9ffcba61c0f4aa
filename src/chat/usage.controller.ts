// `/usage`: usage and cost of the caller's runs.

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, payerOf, type Principal } from '../auth/principal.js';
import { BudgetAdmin } from '../budgets/budget-admin.js';
import { budgetSchema } from '../budgets/schemas.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { USAGE_GROUPS, UsageRepository } from '../database/repositories/usage.repository.js';
import { toUsageSum, USAGE_SUM, usageExample, usagePage, usageQuery, usageRange } from './usage.schemas.js';

const usageQuerySchema = usageQuery(USAGE_GROUPS);
const usageListSchema = usagePage(USAGE_GROUPS).meta({ id: 'UsageList', example: usageExample([USAGE_SUM]) });

const limitsSchema = z
  .object({ items: z.array(budgetSchema) })
  .meta({ id: 'UsageLimits', example: { items: [budgetSchema.meta()!.example] } });

@ApiTags('Runs')
@RequireScope('chat')
@Controller('usage')
export class UsageController {
  constructor(
    private readonly usage: UsageRepository,
    private readonly budgets: BudgetAdmin,
  ) {}

  @Get()
  @ApiOperation({
    summary: "Get the caller's usage of runs and tokens",
    description:
      'Grouped by day, agent, model or API key. Includes deleted conversations. Runs without a model call ' +
      'count as 0 tokens.',
  })
  @ApiAnswer(200, usageListSchema)
  @ApiErrors(422)
  async getUsage(
    @CurrentUser() user: Principal,
    @Query({ schema: usageQuerySchema })
    { by, limit, cursor, ...range }: z.output<typeof usageQuerySchema>,
  ) {
    const { from, to } = usageRange(range);
    const { items, next } = await this.usage.sums({ userId: user.id, by, from, to, limit, cursor });
    return { by, from: from.toISOString(), to: to.toISOString(), items: items.map(toUsageSum), next };
  }

  @Get('limits')
  @ApiOperation({
    summary: 'Get the budgets that runs of the caller count against',
    description: 'Those of the account, its groups and the API key that is used, and those for all.',
  })
  @ApiAnswer(200, limitsSchema)
  async getUsageLimits(@CurrentUser() user: Principal) {
    return { items: await this.budgets.ofCaller({ ownerId: user.id, ...payerOf(user) }) };
  }
}
