import { jest } from '@jest/globals';
import type {
  AttachmentsRepository,
  StoredAttachment,
} from '../database/repositories/documents/attachments.repository.js';
import { AttachmentWatch } from './attachment-watch.js';

const attachment = (id: string, chunksEmbedded: number) => ({ id, chunksEmbedded }) as StoredAttachment;

/** Attachments that change on demand, and the number of queries. */
function setUp() {
  const stored = new Map<string, StoredAttachment>();
  const asked: (readonly string[])[] = [];
  const repository = {
    findWatched: async (ids: readonly string[]) => {
      asked.push(ids);
      return ids.flatMap((id) => stored.get(id) ?? []);
    },
  };
  return { stored, asked, watch: new AttachmentWatch(repository as unknown as AttachmentsRepository) };
}

/** Collects the states a watcher receives; `end` is set after its end. */
function collect(states: AsyncGenerator<StoredAttachment>) {
  const seen: { progress: number[]; hasEnded: boolean } = { progress: [], hasEnded: false };
  void (async () => {
    for await (const { chunksEmbedded } of states) seen.progress.push(chunksEmbedded);
    seen.hasEnded = true;
  })();
  return seen;
}

describe('watched attachments', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are read twice a second in one statement, however many watch', async () => {
    const { stored, asked, watch } = setUp();
    const [one, two] = [attachment('one', 0), attachment('two', 0)];
    for (const state of [one, two]) stored.set(state.id, state);
    const { signal } = new AbortController();
    const watchers = Array.from({ length: 300 }, (_item, i) =>
      collect(watch.follow(i % 2 ? one : two, signal)),
    );
    stored.set('one', attachment('one', 7));
    await jest.advanceTimersByTimeAsync(2_100);
    expect(asked).toHaveLength(4);
    expect(asked[0]!.toSorted()).toEqual(['one', 'two']);
    expect(watchers[1]).toEqual({ progress: [0, 7], hasEnded: false });
    expect(watchers[0]).toEqual({ progress: [0], hasEnded: false });
    watch.onModuleDestroy();
  });

  it('end when they are deleted, and are released without watchers', async () => {
    const { stored, asked, watch } = setUp();
    const [one, two] = [attachment('one', 0), attachment('two', 0)];
    stored.set('two', two);
    const closed = new AbortController();
    const deleted = collect(watch.follow(one, new AbortController().signal));
    const left = collect(watch.follow(two, closed.signal));
    await jest.advanceTimersByTimeAsync(600);
    expect(deleted).toEqual({ progress: [0], hasEnded: true });
    closed.abort();
    await jest.advanceTimersByTimeAsync(600);
    expect(left.hasEnded).toBe(true);
    const before = asked.length;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(asked.length - before).toBeLessThanOrEqual(1);
  });
});
