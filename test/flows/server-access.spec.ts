import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { openRedis } from '../../src/adapters/redis/open-redis.js';
import { createRedis } from '../../src/adapters/redis/redis.js';
import { readSettings } from '../../src/config/read-env.js';
import { openDatabase } from '../../src/database/data-source.js';
import { DatabaseStart } from '../../src/database/database-start.js';
import type { Engine } from '../../src/embedded/engine.js';
import { startPostgres } from '../../src/embedded/postgres/postgres.js';
import { callJson, register } from '../support/client.js';
import { createTestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { PgBouncer } from '../support/pgbouncer.js';
import { startRedisServer } from '../support/redis-server.js';
import { uploaded } from '../support/upload.js';

/** A role's password of the characters that URLs are made of. */
const PASSWORD = 'p@s/w#r%1:?';

describe('servers that were configured', () => {
  let folder: string;
  let certificate: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-access-'));
    chmodSync(folder, 0o755);
    certificate = join(folder, 'server.crt');
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const files = ['-keyout', join(folder, 'server.key'), '-out', certificate];
    execFileSync('openssl', [...request, ...names, ...files], { stdio: 'ignore' });
  });
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Why a server cannot be used, as a start says it; `open` when it can. */
  const outcomeOf = (opening: Promise<unknown>): Promise<string> =>
    opening.then(
      () => 'open',
      (error: Error) => error.message,
    );
  const openedPostgres = async (setting: string) => {
    const url = readSettings({ DATABASE_URL: setting }).env.DATABASE_URL!;
    await (await openDatabase({ url, pool: 1 }, new DatabaseStart({ waitSeconds: 0 }))).destroy();
  };
  const openedRedis = async (url: string) => {
    const redis = createRedis(url);
    await openRedis(redis, 'REDIS_URL').finally(() => redis.disconnect());
  };

  describe('PostgreSQL', () => {
    let postgres: Engine;
    let address: string;

    beforeAll(async () => {
      const dataDir = join(folder, 'data');
      mkdirSync(dataDir);
      postgres = await startPostgres(dataDir, undefined, 'ignore');
      const directory = join(dataDir, 'postgres');
      for (const name of ['server.crt', 'server.key']) {
        const file = join(directory, name);
        await writeFile(file, await readFile(join(folder, name)), { mode: 0o600 });
        const { uid, gid } = statSync(directory);
        chownSync(file, uid, gid);
      }
      const client = new pg.Client(postgres.url);
      await client.connect();
      await client.query(`CREATE ROLE app LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
      await client.query('ALTER SYSTEM SET ssl = on');
      await client.query('SELECT pg_reload_conf()');
      await client.end();
      address = `127.0.0.1:${new URL(postgres.url).port}/postgres`;
    });
    afterAll(() => postgres?.stop());

    it.each([
      ['encoded', () => `postgres://app:${encodeURIComponent(PASSWORD)}@${address}`, /^open$/],
      [
        'of SQLAlchemy',
        () => ` postgresql+asyncpg://app:${encodeURIComponent(PASSWORD)}@${address} `,
        /^open$/,
      ],
      [
        'not encoded',
        () => `postgres://app:${PASSWORD}@${address}`,
        /^DATABASE_URL has a character .* percent-encoded/,
      ],
      [
        'of another password',
        () => `postgres://app:secret@${address}`,
        /^DATABASE_URL cannot be used: password auth/,
      ],
    ])('an address that is %s', async (_what, url, expected) => {
      const said = await outcomeOf(openedPostgres(url()));
      expect(said).toMatch(expected);
      expect(said).not.toMatch(/p@s|w#r|secret/);
    });

    it.each([
      [
        'sslmode=require',
        /^DATABASE_URL cannot be used: .*certificate.*sslrootcert=FILE.*sslmode=no-verify\)$/,
      ],
      ['sslmode=no-verify', /^open$/],
      ['sslmode=require&sslrootcert=', /^open$/],
    ])('with a self-signed certificate and %s', async (query, expected) => {
      const url = `postgres://app:${encodeURIComponent(PASSWORD)}@${address}?${query}`;
      const said = await outcomeOf(openedPostgres(query.endsWith('=') ? url + certificate : url));
      expect(said).toMatch(expected);
    });

    it('behind a PgBouncer that pools transactions', async () => {
      const bouncer = await PgBouncer.start(process.env.PARLEY_TEST_DATABASE_URL!, 'transaction');
      closing.push(() => bouncer.close());
      expect(await outcomeOf(openedPostgres(bouncer.url))).toMatch(
        /^DATABASE_URL cannot be used: it leads to a pooler .*pool_mode = session/,
      );
    });

    it('behind a PgBouncer that pools sessions', async () => {
      const bouncer = await PgBouncer.start(process.env.PARLEY_TEST_DATABASE_URL!, 'session');
      closing.push(() => bouncer.close());
      const app = await createTestApp({ DATABASE_URL: bouncer.url });
      closing.push(() => app.close());
      expect((await callJson(app.url, '/health/ready')).status).toBe(200);
    });
  });

  describe('Redis', () => {
    const redis = async (...settings: string[]) => {
      const server = await startRedisServer(settings);
      closing.push(() => server.close());
      return server;
    };

    it('with a user without permission for CONFIG and CLIENT, in database 3', async () => {
      const user = 'user app on >pa:ss@w ~* &* +@all -config -client';
      const { port } = await redis('port PORT', user, 'user default off');
      const url = `redis://app:pa%3Ass%40w@127.0.0.1:${port}/3`;
      const app = await createTestApp({ REDIS_URL: url });
      closing.push(() => app.close());
      const me = await register(app.url);
      expect((await callJson(app.url, '/health/ready')).status).toBe(200);
      await callJson(app.url, '/v1/chat/sessions/one/messages', { body: { role: 'user', content: 'hi' } });
      const id = await uploaded(app.url, me.accessToken, { name: 'a.md', bytes: '# Indexed\n\nIt is.' });
      await eventually(async () => {
        const { body } = await callJson(app.url, `/attachments/${id}`, { token: me.accessToken });
        expect(body.status).toBe('indexed');
      }, 20_000);
      const client = new Redis(url);
      expect(await client.info('keyspace')).toMatch(/^# Keyspace\r\ndb3:keys=\d+\S*\r\n$/);
      client.disconnect();
    });

    it.each([
      [
        '+@all -eval -publish',
        '~parley:*',
        /^REDIS_URL cannot be used: its user may not run EVAL, PUBLISH on/,
      ],
      ['+@all -subscribe', '~*', /^REDIS_URL cannot be used: its user may not run SUBSCRIBE on/],
      ['+@all', '~other:*', /^REDIS_URL cannot be used: its user may not run EVAL, GET, /],
    ])('with a user of %s and %s', async (commands, keys, expected) => {
      const { port } = await redis('port PORT', `user app on >secret ${keys} &* ${commands}`);
      const said = await outcomeOf(openedRedis(`redis://app:secret@127.0.0.1:${port}`));
      expect(said).toMatch(expected);
      expect(said).not.toContain('secret');
    });

    it('whose user may run no scripts any more is not ready', async () => {
      const { port } = await redis('port PORT', 'user app on >secret ~* &* +@all');
      const app = await createTestApp({ REDIS_URL: `redis://app:secret@127.0.0.1:${port}` });
      closing.push(() => app.close());
      const readiness = () => callJson<{ missing: string[] }>(app.url, '/health/ready');
      expect((await readiness()).status).toBe(200);
      const admin = new Redis(port);
      closing.push(async () => admin.disconnect());
      await admin.call('ACL', 'SETUSER', 'app', '-eval', '-evalsha');
      expect(await readiness()).toMatchObject({ status: 503, body: { missing: ['redis'] } });
      await admin.call('ACL', 'SETUSER', 'app', '+eval', '+evalsha');
      expect((await readiness()).status).toBe(200);
    });

    it('with a self-signed certificate, or another password', async () => {
      const files = [`tls-cert-file ${certificate}`, `tls-key-file ${join(folder, 'server.key')}`];
      const { port } = await redis(
        'port 0',
        'tls-port PORT',
        'tls-auth-clients no',
        'requirepass pw',
        ...files,
      );
      expect(await outcomeOf(openedRedis(`rediss://:pw@localhost:${port}`))).toMatch(
        /^REDIS_URL cannot be used: self-signed certificate .*NODE_EXTRA_CA_CERTS\)$/,
      );
      const { port: plain } = await redis('port PORT', 'requirepass pw');
      expect(await outcomeOf(openedRedis(`redis://:secret@127.0.0.1:${plain}`))).toMatch(
        /^REDIS_URL cannot be used: WRONGPASS/,
      );
    });
  });
});
