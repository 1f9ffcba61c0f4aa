/** Writes everything that Parley keeps into one file, while it runs: `npm run backup -- FILE`. */
import { resolve } from 'node:path';
import { writeBackup } from '../src/backup/backup.js';
import { describe } from '../src/backup/manifest.js';
import { openStores } from '../src/backup/stores.js';
import { Config } from '../src/config/config.js';
import { readOptions, runForPeople } from './support/for-people.js';

const USAGE = `Usage: npm run backup -- FILE
  FILE  is written by its owner alone, and replaced when the backup is whole. It holds all that users wrote, and the
        secret that signs log-ins: keep it as you keep the database.`;

await runForPeople(USAGE, async () => {
  const { file } = readOptions();
  const stores = await openStores(new Config());
  try {
    console.log(`Backed up ${describe(await writeBackup(stores, resolve(file)))}`);
    if (stores.config.env.QDRANT_URL)
      console.log('Vectors in Qdrant are not in the file: after a restore they are written again');
  } finally {
    await stores.close();
  }
});
