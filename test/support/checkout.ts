import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../src/embedded/engine.js';

/** `npm ci` has nothing to download: the packages of the lock are those that are installed. Anything else is npm's. */
const npmWith = (npm: string) => `#!/bin/bash
if [ "$*" = ci ]; then exec ln -sfn '${resolve('node_modules')}' node_modules; fi
exec '${npm}' "$@"
`;

/** The files of the repository in a folder of their own, as a newcomer has them, in which documented commands run. */
export class Checkout {
  private readonly root = mkdtempSync(join(tmpdir(), 'parley-checkout-'));
  private readonly folder = join(this.root, 'parley');
  private readonly started: ChildProcess[] = [];

  constructor() {
    chmodSync(this.root, 0o755); // as root PostgreSQL is another user
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { encoding: 'utf8' });
    for (const file of listed.split('\0').filter(Boolean)) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(file, join(this.folder, file));
    }
    const npm = execFileSync('bash', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
    mkdirSync(join(this.root, 'bin'));
    writeFileSync(join(this.root, 'bin/npm'), npmWith(npm), { mode: 0o755 });
  }

  /** Runs commands that start the program, on a free port. @returns its address, once it has printed it */
  async start(commands: string, settings: Record<string, string> = {}): Promise<string> {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn('bash', ['-eu', '-c', commands], {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: join(this.root, 'bin') + delimiter + PATH,
        HOME,
        PORT: String(await freePort()),
        ...settings,
      },
    });
    this.started.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /listens on (\S+)/.exec(line)?.[1];
      if (!address) continue;
      child.stdout.resume();
      return address;
    }
    throw new Error(`It ended before it listened: ${commands}`);
  }

  /** Ctrl-C: every process of the terminal gets the signal. */
  async interrupt(): Promise<void> {
    for (const child of this.started.splice(0)) {
      const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      if (exited) process.kill(-child.pid!, 'SIGINT');
      await exited;
    }
  }

  async remove(): Promise<void> {
    await this.interrupt();
    rmSync(this.root, { recursive: true, force: true });
  }
}
