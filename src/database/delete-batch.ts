import type { ObjectLiteral, Repository } from 'typeorm';

/**
 * Deletes some of the rows that match a condition, so that the statement stays well within its deadline.
 * @param which the condition in SQL with named parameters, and the order if it matters
 * @returns whether there may be more
 */
export async function deleteBatch<Row extends ObjectLiteral>(
  rows: Repository<Row>,
  limit: number,
  which: { where: string; parameters?: ObjectLiteral; orderBy?: string },
): Promise<boolean> {
  const { tableName, primaryColumns } = rows.metadata;
  const key = primaryColumns.map(({ databaseName }) => databaseName).join(', ');
  const order = which.orderBy ? `ORDER BY ${which.orderBy}` : '';
  const { affected } = await rows
    .createQueryBuilder()
    .delete()
    .where(
      `(${key}) IN (SELECT ${key} FROM ${tableName} WHERE ${which.where} ${order} LIMIT ${limit})`,
      which.parameters,
    )
    .execute();
  return affected === limit;
}
