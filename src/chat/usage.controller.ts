// `/usage`: what the caller's runs have cost.

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { USAGE_GROUPS, UsageRepository } from '../database/repositories/usage.repository.js';
import { toUsageSum, USAGE_SUM, usageExample, usagePage, usageQuery, usageRange } from './usage.schemas.js';

const usageQuerySchema = usageQuery(USAGE_GROUPS);
const usageListSchema = usagePage(USAGE_GROUPS).meta({ id: 'UsageList', example: usageExample([USAGE_SUM]) });

@ApiTags('Runs')
@RequireScope('chat')
@Controller('usage')
export class UsageController {
  constructor(private readonly usage: UsageRepository) {}

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
}
