import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Config } from '../../src/config/config.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { FakeQdrant } from '../support/fake-qdrant.js';
import { textOf } from '../support/runs.js';
import { collectSse } from '../support/sse.js';
import { uploaded } from '../support/upload.js';

describe('a backup of an installation with Qdrant', () => {
  let qdrant: FakeQdrant;
  let parley: TestApp;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-backup-qdrant-'));
    qdrant = await FakeQdrant.start();
    parley = await createTestApp({ QDRANT_URL: qdrant.url });
  });
  afterAll(async () => {
    await parley?.close();
    await qdrant?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (script: string, ...args: string[]) => {
    const { env } = parley.app.get(Config);
    const settings = {
      DATABASE_URL: parley.databaseUrl,
      REDIS_URL: redisUrl(),
      DATA_DIR: env.DATA_DIR,
      QDRANT_URL: qdrant.url,
    };
    const command = [`dist/scripts/${script}.js`, ...args];
    const options = { env: { ...process.env, ...settings } };
    return (await promisify(execFile)(process.execPath, command, options)).stdout;
  };

  it('reports that vectors are left out, and after a restore every document is found again', async () => {
    const { url } = parley;
    const { accessToken: token } = await register(url);
    const pumps = await uploaded(url, token, {
      name: 'pumps.md',
      bytes: 'The heat pump in hall 7 needs 230 volts.',
    });
    await uploaded(url, token, { name: 'menu.md', bytes: 'On Mondays there is lentil soup.' });
    await eventually(async () => {
      const { body } = await callJson<{ items: { status: string }[] }>(url, '/attachments', { token });
      expect(body.items.map(({ status }) => status)).toEqual(['indexed', 'indexed']);
    }, 30_000);
    const answer = async () => {
      const body = { message: 'How many volts does the heat pump need?', conversation_id: randomUUID() };
      return textOf(await collectSse(await call(url, '/chat', { token, body })));
    };
    await eventually(async () => expect(await answer()).toContain('230 volts'), 30_000);
    const file = join(folder, 'parley.backup');
    expect(await run('backup', file)).toMatch(/Vectors in Qdrant are not in the file/);

    await call(url, `/attachments/${pumps}`, { method: 'DELETE', token });
    await eventually(async () => expect(await answer()).not.toContain('230 volts'), 30_000);
    expect(await run('restore', file, '--overwrite')).toMatch(
      /2 documents are written to the vector store again/,
    );
    await eventually(async () => expect(await answer()).toContain('230 volts'), 60_000);
  }, 180_000);
});
