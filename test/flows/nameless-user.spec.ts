import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Of no entry in /etc/passwd, as a container's platform may choose it. */
const UID = 1_234_567;

it('a start as an OS user without a name prints one sentence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-nameless-'));
  try {
    await chmod(folder, 0o777);
    const { DATABASE_URL: _d, REDIS_URL: _r, HOME: _h, ...inherited } = process.env;
    const env = { ...inherited, PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' };
    const command = [process.execPath, 'dist/src/main.js'];
    const [program, ...args] =
      process.getuid?.() === 0 ? command : ['unshare', '--user', `--map-user=${UID}`, ...command];
    const identity = process.getuid?.() === 0 ? { uid: UID, gid: UID } : {};
    const parley = spawn(program!, args, { env, ...identity, stdio: ['ignore', 'pipe', 'pipe'] });
    const [printed, failed] = await Promise.all([
      text(parley.stdout),
      text(parley.stderr),
      once(parley, 'exit'),
    ]);
    expect(printed + failed).toBe(
      `The OS user ${UID} has no name, which PostgreSQL needs to make its database in DATA_DIR ${env.DATA_DIR}: ` +
        'add the user to /etc/passwd, start Parley as one that has a name, or set DATABASE_URL.\n',
    );
    expect(parley.exitCode).toBe(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
