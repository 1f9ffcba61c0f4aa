import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DataDirLock } from './data-dir-lock.js';
import { EmbeddedError } from './embedded-error.js';
import { identify, isRunning, type ProcessIdentity } from './processes.js';

const self = identify(process.pid)!;
const dead: ProcessIdentity = { pid: process.pid, startedAt: 'before' };

describe('DataDirLock', () => {
  let dataDir: string;
  let lockFile: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'parley-lock-'));
    lockFile = path.join(dataDir, 'parley.lock');
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });

  function sleeper(): ProcessIdentity {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
    children.push(child);
    return identify(child.pid!)!;
  }

  it('is held by one at a time and leaves nothing behind', async () => {
    const lock = await DataDirLock.acquire(dataDir, self, self);
    await expect(DataDirLock.acquire(dataDir, self, self)).rejects.toThrow(
      new EmbeddedError(
        `DATA_DIR ${dataDir} is already used by another Parley (pid ${process.pid}): stop that one, or give this one a DATA_DIR of its own.`,
      ),
    );
    lock.recordRedis(sleeper());
    lock.release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it.each([
    ['names a pid that is another process by now', JSON.stringify({ parley: dead, supervisor: dead })],
    ['was cut short', '{"parley":{"pi'],
    ['is empty', ''],
  ])('counts for nothing when it %s', async (_, text) => {
    writeFileSync(lockFile, text);
    await DataDirLock.acquire(dataDir, self, self);
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toEqual({ parley: self, supervisor: self });
    expect(readdirSync(dataDir)).toEqual(['parley.lock']);
  });

  it('ends the Redis of a predecessor that was killed, and nothing that took over its pid', async () => {
    const [orphan, stranger] = [sleeper(), sleeper()];
    writeFileSync(
      lockFile,
      JSON.stringify({ parley: dead, supervisor: { ...stranger, startedAt: 'before' }, redis: orphan }),
    );
    const lock = await DataDirLock.acquire(dataDir, self, self);
    expect(isRunning(orphan)).toBe(false);
    expect(isRunning(stranger)).toBe(true);
    lock.release();
  });

  it('waits for the supervisor of a Parley that was killed', async () => {
    const supervisor = sleeper();
    writeFileSync(lockFile, JSON.stringify({ parley: dead, supervisor }));
    const acquiring = DataDirLock.acquire(dataDir, self, self);
    children[0]!.kill('SIGKILL');
    await acquiring;
    expect(isRunning(supervisor)).toBe(false);
  });

  it('does not remove a lock that another process has taken since', async () => {
    const lock = await DataDirLock.acquire(dataDir, self, self);
    writeFileSync(lockFile, JSON.stringify({ parley: sleeper(), supervisor: self }));
    lock.release();
    expect(existsSync(lockFile)).toBe(true);
  });
});
