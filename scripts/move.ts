/** Moves everything from the embedded engines to servers, or back: `npm run move -- servers`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBackup } from '../src/backup/backup.js';
import { BackupError, describe } from '../src/backup/manifest.js';
import { restoreBackup } from '../src/backup/restore.js';
import { openStores } from '../src/backup/stores.js';
import { Config } from '../src/config/config.js';
import { SettingError } from '../src/config/env.js';
import { readOptions, runForPeople } from './support/for-people.js';

const USAGE = `Usage: npm run move -- servers|embedded [--overwrite]
  servers      from the embedded engines of DATA_DIR to DATABASE_URL, REDIS_URL and S3_BUCKET, those that are set
  embedded     from there to the embedded engines of DATA_DIR
  --overwrite  replaces what is stored at the destination
Stop Parley first: what is written meanwhile would stay behind.`;
/** Without them everything is embedded. */
const SERVERS = { DATABASE_URL: '', REDIS_URL: '', S3_BUCKET: '' };

await runForPeople(USAGE, async () => {
  const { file: where, overwrite } = readOptions();
  if (where !== 'servers' && where !== 'embedded') throw new SettingError(USAGE);
  const servers = new Config();
  if (!servers.env.DATABASE_URL)
    throw new SettingError('DATABASE_URL is required: it names the server to move to or from');
  const embedded = new Config({ ...process.env, ...SERVERS });
  const [from, to] = where === 'servers' ? [embedded, servers] : [servers, embedded];
  const folder = await mkdtemp(join(tmpdir(), 'parley-move-'));
  const file = join(folder, 'backup.zip');
  try {
    const source = await openStores(from);
    try {
      if (source.areRunning) throw new BackupError('Parley runs on the embedded engines: stop it first');
      await writeBackup(source, file);
    } finally {
      await source.close();
    }
    const target = await openStores(to);
    try {
      if (target.areRunning) throw new BackupError('Parley runs on the embedded engines: stop it first');
      const manifest = await restoreBackup(target, file, { overwrite });
      console.log(`Moved ${describe(manifest)}; every digest is as it was`);
    } finally {
      await target.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
