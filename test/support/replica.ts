import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The built API as a process of its own, on servers that others use too. */
export class Replica {
  /** All that it has printed. */
  output = '';
  url = '';

  private constructor(
    readonly child: ChildProcess,
    private readonly dataDir: string,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => (this.output += String(chunk)));
  }

  /** @param settings must name the database, Redis and a JWT secret, which replicas share */
  static async start(settings: Record<string, string>): Promise<Replica> {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-replica-'));
    const env = {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'fatal',
      RATE_LIMITS: 'off',
      MAX_EVENT_LOOP_DELAY_MS: '0',
      ...settings,
    };
    const child = spawn(process.execPath, ['dist/src/main.js'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const replica = new Replica(child, dataDir);
    for await (const line of createInterface({ input: child.stdout })) {
      replica.url = /listens on (\S+)/.exec(line)?.[1] ?? '';
      if (replica.url) return replica;
    }
    throw new Error('the replica ended before it listened');
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await once(this.child, 'exit');
    }
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
