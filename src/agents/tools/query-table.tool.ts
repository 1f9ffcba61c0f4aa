import type { TableTool } from '../tables/table-tool.js';
import { tablePlanSchema } from '../tables/table-plan.js';
import { defineTool, type Tool } from './tool.js';

/** Computes over the user's tables: one query of a fixed shape, nothing is evaluated. */
export const queryTable = (tables: TableTool): Tool =>
  defineTool({
    name: 'query_table',
    description:
      'Computes over the tables (CSV, Excel) that the user has uploaded. Call it with an empty `table` first: it then ' +
      'lists the tables with their columns and some rows. Use the names of tables and columns exactly as listed.',
    schema: tablePlanSchema.partial({
      filters: true,
      groupBy: true,
      by: true,
      measure: true,
      column: true,
      other: true,
      order: true,
      limit: true,
    }),
    async run(input, context) {
      const plan = {
        table: input.table,
        filters: input.filters ?? [],
        groupBy: input.groupBy ?? null,
        by: input.by ?? null,
        measure: input.measure ?? ('rows' as const),
        column: input.column ?? null,
        other: input.other ?? null,
        order: input.order ?? null,
        limit: input.limit ?? null,
      };
      const { text, sources } = await tables.query(context.input, plan);
      const [number] = context.sources.add(sources);
      return { text: text.replaceAll('[1]', number ? `[${number}]` : '') };
    },
  });
