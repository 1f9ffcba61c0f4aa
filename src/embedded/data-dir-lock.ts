import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedError } from './embedded-error.js';
import { endProcesses, isRunning, type ProcessIdentity } from './processes.js';

/**
 * Content of `parley.lock`: the process that uses the directory, its server, and processes that must not outlive
 * them.
 */
interface LockRecord {
  parley: ProcessIdentity;
  supervisor: ProcessIdentity;
  redis?: ProcessIdentity;
}

/** Time in ms for the supervisor of a killed Parley to stop its engines by itself. */
const SHUTDOWN_MS = 10_000;

/**
 * Lock of a data directory: only one Parley may run engines in it. It is a file with process identities, as Node
 * has no flock: a lock of dead processes is ignored, so that `kill -9` and a power cut need no manual clean-up.
 */
export class DataDirLock {
  private constructor(
    private readonly file: string,
    private record: LockRecord,
  ) {}

  /**
   * Acquires the lock for the calling supervisor, after ending leftover processes of a killed predecessor.
   * @throws EmbeddedError immediately when a running Parley holds it
   */
  static async acquire(
    dataDir: string,
    parley: ProcessIdentity,
    supervisor: ProcessIdentity,
  ): Promise<DataDirLock> {
    const lock = new DataDirLock(path.join(dataDir, 'parley.lock'), { parley, supervisor });
    for (let attempt = 0; attempt < 10; attempt++) {
      if (lock.tryCreate()) return lock;
      const text = lock.read();
      const holder = parse(text);
      if (holder) await endPredecessor(holder, dataDir);
      lock.discard(text);
    }
    throw new EmbeddedError(
      `DATA_DIR ${dataDir} is being started by several Parleys at once: start one of them.`,
    );
  }

  /** Adds the native Redis to the record: unlike PostgreSQL it has no pid file to be found by. */
  recordRedis(redis: ProcessIdentity | undefined): void {
    this.record = { ...this.record, redis };
    renameSync(this.write(), this.file);
  }

  release(): void {
    this.discard(JSON.stringify(this.record));
  }

  private write(): string {
    const temporary = `${this.file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(this.record), { mode: 0o644 });
    return temporary;
  }

  /** link() creates the file with its content atomically, and fails if it exists. */
  private tryCreate(): boolean {
    const temporary = this.write();
    try {
      linkSync(temporary, this.file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  private read(): string {
    try {
      return readFileSync(this.file, 'utf8');
    } catch {
      return ''; // released since we looked
    }
  }

  /**
   * Removes the lock only if its content is `text`: another contender may have replaced a stale one since it was
   * read.
   */
  private discard(text: string): void {
    const aside = `${this.file}.${process.pid}.old`;
    try {
      renameSync(this.file, aside);
      if (readFileSync(aside, 'utf8') !== text) linkSync(aside, this.file);
    } catch {
      // another contender removed or recreated it: the next round decides
    }
    rmSync(aside, { force: true });
  }
}

function parse(text: string): LockRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<LockRecord>;
    return record.parley && record.supervisor ? (record as LockRecord) : undefined;
  } catch {
    return undefined; // cut short by a power failure
  }
}

async function endPredecessor({ parley, supervisor, redis }: LockRecord, dataDir: string): Promise<void> {
  if (isRunning(supervisor) && isRunning(parley)) {
    throw new EmbeddedError(
      `DATA_DIR ${dataDir} is already used by another Parley (pid ${parley.pid}): stop that one, or give this one a DATA_DIR of its own.`,
    );
  }
  await end(supervisor, [0, SHUTDOWN_MS]);
  if (redis) await end(redis, ['SIGTERM', 2_000]);
}

async function end(one: ProcessIdentity, first: readonly [NodeJS.Signals | 0, number]): Promise<void> {
  await endProcesses(() => (isRunning(one) ? [one.pid] : []), [first, ['SIGKILL', 2_000]]);
}
