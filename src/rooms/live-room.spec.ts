import { LiveRoom, type RoomWatcher } from './live-room.js';
import { START, type RoomEntry, type RoomStore } from './room-store.js';

/** A log in memory whose reads can be held back, or fail. */
class FakeLog {
  entries: RoomEntry[] = [];
  hold: Promise<void> = Promise.resolve();
  broken = false;

  async read(): Promise<RoomEntry[]> {
    await this.hold;
    if (this.broken) throw new Error('unavailable');
    return [...this.entries];
  }

  /** @returns what is announced */
  append(id: string, message: string | null) {
    const previous = this.entries.at(-1)?.id ?? START;
    const entry = { id, message };
    this.entries = message === null ? [entry] : [...this.entries, entry];
    return { ...entry, room: 'r', previous };
  }
}

function setUp() {
  const log = new FakeLog();
  const room = new LiveRoom('r', log as unknown as RoomStore);
  const join = () => {
    const seen: string[] = [];
    const watcher: RoomWatcher = {
      onSync: (messages) => seen.push(`sync:${messages.join(',')}`),
      onEntry: ({ message }) => seen.push(message ?? 'cleared'),
      onFailure: () => seen.push('failed'),
    };
    room.join(watcher);
    return { seen, leave: () => room.leave(watcher) };
  };
  return { log, room, join };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a room as one process follows it', () => {
  it('starts with the stored messages and continues with new ones', async () => {
    const { log, room, join } = setUp();
    log.append('1-0', 'a');
    const { seen } = join();
    await settle();
    room.receive(log.append('2-0', 'b'));
    await settle();
    expect(seen).toEqual(['sync:a', 'b']);
  });

  it('neither loses nor doubles messages that are announced while it reads', async () => {
    const { log, room, join } = setUp();
    let release = () => {};
    log.hold = new Promise((resolve) => (release = resolve));
    const { seen } = join();
    room.receive(log.append('1-0', 'a'));
    room.receive(log.append('2-0', 'b'));
    release();
    await settle();
    room.receive(log.append('3-0', 'c'));
    await settle();
    expect(seen).toEqual(['sync:a,b', 'c']);
  });

  it('sends a message found by a new member’s read to the present members first', async () => {
    const { log, room, join } = setUp();
    const first = join();
    await settle();
    const update = log.append('1-0', 'a');
    const second = join();
    room.receive(update);
    await settle();
    expect(first.seen).toEqual(['sync:', 'a']);
    expect(second.seen).toEqual(['sync:a']);
  });

  it('reads messages whose announcement was lost', async () => {
    const { log, room, join } = setUp();
    const { seen } = join();
    await settle();
    log.append('1-0', 'a');
    room.receive(log.append('2-0', 'b'));
    await settle();
    expect(seen).toEqual(['sync:', 'a', 'b']);
  });

  it('reports that it was cleared, and continues', async () => {
    const { log, room, join } = setUp();
    log.append('1-0', 'a');
    const { seen } = join();
    await settle();
    room.receive(log.append('2-0', null));
    room.receive(log.append('3-0', 'b'));
    await settle();
    expect(seen).toEqual(['sync:a', 'cleared', 'b']);
  });

  it('starts afresh when the log it followed was deleted', async () => {
    const { log, room, join } = setUp();
    log.append('1-0', 'a');
    const { seen } = join();
    await settle();
    log.entries = [];
    log.append('9-0', 'z');
    room.refresh();
    await settle();
    expect(seen).toEqual(['sync:a', 'sync:z']);
  });

  it('keeps quiet when nothing was missed', async () => {
    const { log, room, join } = setUp();
    log.append('1-0', 'a');
    const { seen } = join();
    await settle();
    room.refresh();
    room.refresh();
    await settle();
    expect(seen).toEqual(['sync:a']);
  });

  it('reports an unreadable log to new watchers only', async () => {
    const { log, room, join } = setUp();
    const first = join();
    await settle();
    log.broken = true;
    const second = join();
    room.receive({ ...log.append('1-0', 'a'), previous: '0-9' });
    await until(() => second.seen.length > 0);
    expect([first.seen, second.seen]).toEqual([['sync:'], ['failed']]);
    log.broken = false;
    room.refresh();
    await settle();
    expect(first.seen).toEqual(['sync:', 'a']);
  });

  it('keeps watchers that joined while the log could not be read', async () => {
    const { log, join } = setUp();
    log.broken = true;
    const [first, second] = [join(), join()];
    await settle();
    first.leave();
    const third = join();
    await until(() => second.seen.length > 0);
    expect([first.seen, second.seen, third.seen]).toEqual([[], ['failed'], ['failed']]);
  });

  it('admits a new member whose first read failed', async () => {
    const { log, join } = setUp();
    log.broken = true;
    const { seen } = join();
    await settle();
    log.broken = false;
    await until(() => seen.length > 0);
    expect(seen).toEqual(['sync:']);
  });

  it('retries a failed read, though nothing more is announced', async () => {
    const { log, room, join } = setUp();
    const { seen } = join();
    await settle();
    log.broken = true;
    log.append('1-0', 'a');
    room.refresh();
    await settle();
    log.broken = false;
    await until(() => seen.length === 2);
    expect(seen).toEqual(['sync:', 'a']);
  });

  it('sends nothing to watchers that left', async () => {
    const { log, room, join } = setUp();
    const { seen, leave } = join();
    await settle();
    leave();
    room.receive(log.append('1-0', 'a'));
    await settle();
    expect(seen).toEqual(['sync:']);
    expect(room.isEmpty).toBe(true);
  });
});
