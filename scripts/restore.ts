/** Puts a backup in the place of what Parley keeps, while it runs: `npm run restore -- FILE`. */
import { resolve } from 'node:path';
import { describe } from '../src/backup/manifest.js';
import { hasVectors, restoreBackup } from '../src/backup/restore.js';
import { openStores } from '../src/backup/stores.js';
import { Config } from '../src/config/config.js';
import { readOptions, runForPeople } from './support/for-people.js';

const USAGE = `Usage: npm run restore -- FILE [--overwrite]
  FILE         made by npm run backup, of this version or an earlier one
  --overwrite  replaces accounts and everything else that is stored now`;

await runForPeople(USAGE, async () => {
  const { file, overwrite } = readOptions();
  const stores = await openStores(new Config());
  try {
    const manifest = await restoreBackup(stores, resolve(file), { overwrite });
    console.log(`Restored ${describe(manifest)} of ${manifest.createdAt}; every digest is as it was`);
    const documents = manifest.tables.indexed_documents?.count ?? 0;
    if (documents > 0 && !hasVectors(stores, manifest))
      console.log(
        `Vectors were not in the file: ${documents} documents are written to the vector store again by the worker`,
      );
    if (stores.config.env.JWT_SECRET)
      console.log('JWT_SECRET is set: log-ins of the backup go on if it is the secret that it was made with');
  } finally {
    await stores.close();
  }
});
