import { createDataSource, openDatabase } from '../../src/database/data-source.js';
import { createDatabase } from '../support/database.js';

describe('the database schema', () => {
  it('is the same in the migrations and in the entities', async () => {
    const database = await createDatabase();
    const source = await openDatabase({ url: database.url });
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await source.destroy();
      await database.drop();
    }
  });

  it('can be taken back to nothing', async () => {
    const database = await createDatabase();
    const source = await createDataSource({ url: database.url }).initialize();
    try {
      const applied = await source.runMigrations();
      for (const _ of applied) await source.undoLastMigration();
      const tables: { name: string }[] = await source.query(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
      );
      expect(tables.map(({ name }) => name)).toEqual(['migrations']);
    } finally {
      await source.destroy();
      await database.drop();
    }
  });
});
