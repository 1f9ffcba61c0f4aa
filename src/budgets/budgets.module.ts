import { Module } from '@nestjs/common';
import { BudgetAdmin } from './budget-admin.js';
import { BudgetList } from './budget-list.js';
import { Budgets } from './budgets.service.js';

/** How many runs or tokens accounts, keys and groups may use. */
@Module({ providers: [BudgetList, Budgets, BudgetAdmin], exports: [Budgets, BudgetAdmin] })
export class BudgetsModule {}
