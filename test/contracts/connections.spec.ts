import type { Pool } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { openDatabase } from '../../src/database/data-source.js';
import { createDatabase } from '../support/database.js';

describe('the connections to PostgreSQL', () => {
  it('may end while the pool hands them on, which ends no process', async () => {
    const database = await createDatabase();
    const source = await openDatabase({ url: database.url, pool: 1 });
    try {
      const pool = (source.driver as PostgresDriver).master as Pool;
      await new Promise<void>((resolve, reject) =>
        // Called between the listener of the pool and that of the borrower.
        pool.connect((error, client, release) => {
          if (error) return reject(error);
          try {
            client!.emit('error', new Error('terminating connection due to unexpected postmaster exit'));
            resolve();
          } catch (thrown) {
            reject(thrown);
          } finally {
            release(true);
          }
        }),
      );
      expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await source.destroy();
      await database.drop();
    }
  });
});
