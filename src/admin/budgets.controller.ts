import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdminOnly } from '../auth/access.js';
import { BudgetAdmin } from '../budgets/budget-admin.js';
import { budgetSchema, setBudgetSchema, toBudgetKey } from '../budgets/schemas.js';
import { cursor } from '../common/cursor.js';
import { notFound } from '../common/errors.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import { clampedInteger } from '../common/schemas.js';
import { budgetCursor } from '../database/repositories/page.js';

const pageSchema = z.object({
  limit: clampedInteger({ min: 1, max: 500, fallback: 100 }),
  cursor: cursor(budgetCursor).optional(),
});
const budgetsSchema = z
  .object({
    items: z.array(budgetSchema),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({ id: 'Budgets', example: { items: [budgetSchema.meta()!.example], next: null } });

/** Budgets: limits on the runs or tokens of accounts, groups and keys. */
@ApiTags('Admin')
@AdminOnly()
@Controller('admin/budgets')
export class AdminBudgetsController {
  constructor(private readonly budgets: BudgetAdmin) {}

  @Get()
  @ApiOperation({ summary: 'List budgets with their usage, oldest first' })
  @ApiAnswer(200, budgetsSchema)
  @ApiErrors(403, 422)
  listBudgets(@Query({ schema: pageSchema }) page: z.output<typeof pageSchema>) {
    return this.budgets.list(page);
  }

  @Put()
  @ApiOperation({
    summary: 'Set a budget',
    description:
      'There is one for each subject, unit and period. Later runs count; the usage of the period is kept when the amount ' +
      'changes. A run is refused with 429 when a budget that applies to it has less left than its estimated cost.',
  })
  @ApiAnswer(200, budgetSchema)
  @ApiErrors(403, 404, 422)
  updateBudget(@Body({ schema: setBudgetSchema }) body: z.output<typeof setBudgetSchema>) {
    return this.budgets.put(toBudgetKey(body), body.amount);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a budget with its usage' })
  @ApiAnswer(204)
  @ApiErrors(403, 404)
  async deleteBudget(@Param('id') id: string): Promise<void> {
    if (!z.guid().safeParse(id).success) throw notFound('Budget not found');
    await this.budgets.delete(id);
  }
}
