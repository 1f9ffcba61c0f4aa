import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * Runs a prepared statement, for statements of every turn: TypeORM does not name statements, and a named one is
 * planned once per connection.
 * @param name unique for the text
 */
export async function prepared<T extends object>(
  source: DataSource,
  name: string,
  text: string,
  values: unknown[],
): Promise<T[]> {
  const pool = (source.driver as PostgresDriver).master as Pool;
  return (await pool.query<T>({ name, text, values })).rows;
}
