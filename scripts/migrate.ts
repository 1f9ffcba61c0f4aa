/** Brings the database up to date and ends: `npm run migrate`. Every other start does so too. */
import { Config } from '../src/config/config.js';
import { openDatabase } from '../src/database/data-source.js';
import { DatabaseStart } from '../src/database/database-start.js';
import { databaseOf } from './support/database-of.js';
import { runForPeople } from './support/for-people.js';

await runForPeople('Usage: npm run migrate', async () => {
  const config = new Config();
  const { url, close } = await databaseOf(config);
  try {
    const start = new DatabaseStart({ waitSeconds: config.env.START_WAIT_SECONDS });
    const source = await openDatabase({ url, pool: 1 }, start);
    console.log(`The database is up to date: ${source.migrations.at(-1)?.name}`);
    await source.destroy();
  } finally {
    await close();
  }
});
