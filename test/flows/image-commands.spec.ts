import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/engine.js';
import { callJson } from '../support/client.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Nginx } from '../support/nginx.js';
import { promtool } from '../support/prometheus.js';

const SCRIPT = 'deploy/parley.sh';
const run = promisify(execFile);

/** What the containers of docker-compose.yml and Kubernetes run, without containers. */
describe('the commands of the image', () => {
  let database: { url: string; drop(): Promise<void> };
  let folder: string;
  let env: Record<string, string | undefined>;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'parley-image-'));
    env = {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      JWT_SECRET: 'one secret for all of the containers',
      INGESTION_WORKER: 'external',
      LOG_LEVEL: 'error',
    };
  });
  afterAll(async () => {
    for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    await database.drop();
  });

  const start = (command: string, more: Record<string, string>) => {
    const child = spawn(SCRIPT, [command], {
      env: { ...env, ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    started.push(child);
    return child;
  };
  const leaves = async (child: ChildProcess) => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  };

  it('migrate updates the database, and can be repeated', async () => {
    for (let times = 0; times < 2; times++) {
      const { stdout } = await run(SCRIPT, ['migrate'], { env });
      expect(stdout).toMatch(/^The database is up to date: \w+\n$/);
    }
    const broken = run(SCRIPT, ['migrate'], {
      env: { ...env, DATABASE_URL: 'postgres://x@127.0.0.1:1/x', START_WAIT_SECONDS: '0' },
    });
    await expect(broken).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^DATABASE_URL .*\n$/),
    });
  }, 60_000);

  it.each([
    ['api', 'health', []],
    ['worker', 'health', ['worker']],
  ])(
    '%s serves, is found healthy, and leaves on SIGTERM',
    async (command, health, args) => {
      const more = { METRICS_PORT: String(await freePort()) };
      const check = () => run(SCRIPT, [health, ...args], { env: { ...env, ...more } });
      await expect(check()).rejects.toMatchObject({ code: 1 });
      const child = start(command, more);
      await eventually(async () => void (await check()), 30_000);
      await leaves(child);
      await expect(check()).rejects.toMatchObject({ code: 1 });
    },
    90_000,
  );

  it('runs other commands unchanged', async () => {
    expect((await run(SCRIPT, ['echo', 'as it is'])).stdout).toBe('as it is\n');
  });

  it('are served by the nginx of the containers, in turn', async () => {
    const { stdout: site } = await run('sed', ['-f', 'deploy/compose/nginx.sed', 'deploy/nginx.conf']);
    expect(site).toContain('server api-1:8000 max_fails=0;');
    expect(site).toMatch(/^ *server api-2:8000 max_fails=0;/m);
    const child = start('api', { TRUST_PROXY: '1' });
    await eventually(async () => void (await run(SCRIPT, ['health'], { env })), 30_000);
    // Here the names are not known, and the other one is not there.
    const nginx = await Nginx.start((port, log) =>
      site
        .replace('listen 8080;', `listen 127.0.0.1:${port};`)
        .replace('api-1:8000', `127.0.0.1:${env['PORT']}`)
        .replace('api-2:8000', '127.0.0.1:1')
        .replace('/dev/stdout', `${log}/parley.access.log`),
    );
    for (let times = 0; times < 4; times++)
      expect((await callJson(nginx.url, '/health/ready')).status).toBe(200);
    await nginx.close();
    await leaves(child);
  }, 90_000);

  it('are scraped by a configuration that Prometheus takes', async () => {
    const etc = join(folder, 'prometheus');
    await mkdir(etc);
    await cp('deploy/compose/prometheus.yml', join(etc, 'prometheus.yml'));
    await cp('deploy/prometheus/alerts.yml', join(etc, 'alerts.yml'));
    expect(await promtool('check', 'config', join(etc, 'prometheus.yml'))).toContain('SUCCESS');
    expect(await readFile(join(etc, 'prometheus.yml'), 'utf8')).toContain("'worker:9464'");
  });
});
