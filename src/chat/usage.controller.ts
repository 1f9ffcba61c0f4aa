// `/usage`: what the caller's runs have cost.

import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { cursor } from '../common/cursor.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { queryInteger } from '../common/schemas.js';
import { usagePlace } from '../database/repositories/page.js';
import { USAGE_GROUPS, UsageRepository, type UsageSum } from '../database/repositories/usage.repository.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** A date stands for its whole day in UTC. @param addDays to its beginning */
const moment = (addDays: number) =>
  z.iso
    .date()
    .transform((date) => new Date(Date.parse(date) + addDays * DAY_MS))
    .or(z.iso.datetime({ offset: true }).transform((time) => new Date(time)))
    .optional()
    .meta({ type: 'string', example: '2026-01-31' });

const usageQuerySchema = z.object({
  by: z.enum(USAGE_GROUPS).default('day'),
  from: moment(0).describe(`a date or a time; ${DEFAULT_DAYS} days ago by default`),
  to: moment(1).describe('a date (inclusive) or a time (exclusive); defaults to now'),
  limit: queryInteger({ min: 1, max: 1_000, fallback: 100 }),
  cursor: cursor(usagePlace).optional(),
});
const usageListSchema = z
  .object({
    by: z.enum(USAGE_GROUPS),
    from: z.string(),
    to: z.string(),
    items: z.array(
      z.object({
        group: z
          .string()
          .nullable()
          .describe("a day in UTC, an agent's id, a model or an API key's id; null for none"),
        runs: z.int(),
        input_tokens: z.int(),
        output_tokens: z.int(),
        cached_tokens: z.int(),
        reasoning_tokens: z.int(),
        estimated: z.boolean().describe('whether any count was estimated from the number of characters'),
      }),
    ),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({
    id: 'UsageList',
    example: {
      by: 'day',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
      items: [
        {
          group: '2026-01-31',
          runs: 4,
          input_tokens: 720,
          output_tokens: 48,
          cached_tokens: 0,
          reasoning_tokens: 0,
          estimated: false,
        },
      ],
      next: null,
    },
  });

const toItem = ({ group, runs, inputTokens, outputTokens, cachedTokens, ...sum }: UsageSum) => ({
  group: group || null,
  runs,
  input_tokens: inputTokens,
  output_tokens: outputTokens,
  cached_tokens: cachedTokens,
  reasoning_tokens: sum.reasoningTokens,
  estimated: sum.estimated,
});

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
    { by, limit, cursor: place, ...range }: z.output<typeof usageQuerySchema>,
  ) {
    const to = range.to ?? new Date();
    const from = range.from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
    const { items, next } = await this.usage.sums({ userId: user.id, by, from, to, limit, cursor: place });
    return { by, from: from.toISOString(), to: to.toISOString(), items: items.map(toItem), next };
  }
}
