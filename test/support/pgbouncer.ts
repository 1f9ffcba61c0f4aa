import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/engine.js';
import { untilListening } from './listening.js';

/** A real PgBouncer before the server of a URL, which trusts whoever comes. */
export class PgBouncer {
  private constructor(
    /** Of the same database, by way of the pooler. */
    readonly url: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(databaseUrl: string, poolMode: 'transaction' | 'session'): Promise<PgBouncer> {
    const program = process.env.PARLEY_TEST_PGBOUNCER;
    if (!program)
      throw new Error(
        'pgbouncer is not on this machine; install it (apt-get install pgbouncer) to run this test',
      );
    const folder = await mkdtemp(join(tmpdir(), 'parley-pgbouncer-'));
    await chmod(folder, 0o755); // as root it becomes another user
    const [port, target] = [await freePort(), new URL(databaseUrl)];
    const settings = [
      '[databases]',
      `* = host=${target.hostname} port=${target.port} user=${target.username}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${poolMode}`,
    ];
    await writeFile(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`);
    const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
    const server = spawn(program, [...asUser, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
    const url = new URL(databaseUrl);
    url.port = String(port);
    const bouncer = new PgBouncer(url.href, folder, server);
    await untilListening(port, server);
    return bouncer;
  }

  async close(): Promise<void> {
    if (this.server.exitCode === null) {
      this.server.kill('SIGKILL');
      await once(this.server, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
