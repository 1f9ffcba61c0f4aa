import { jest } from '@jest/globals';
import type { ChunksRepository } from '../../database/repositories/documents/chunks.repository.js';
import type { AgentInput } from '../agent.js';
import { UnreadFiles } from './unread-files.js';

/** What a reply says when these files are not read in time. */
async function said(names: readonly string[]): Promise<string> {
  const unread = names.map((filename, i) => ({ id: `${i}`, filename, chunkCount: 0, chunksEmbedded: 0 }));
  const chunks: Partial<ChunksRepository> = { unread: async () => unread, failed: async () => [] };
  // Each look at the clock is half a minute later.
  let now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 30_000));
  const input: Partial<AgentInput> = { ownerId: 'me', history: [] };
  const { signal } = new AbortController();
  return new UnreadFiles(chunks as ChunksRepository).settle(input as AgentInput, [], () => undefined, signal);
}
afterEach(() => jest.restoreAllMocks());

it('says in one sentence which files an answer goes without', async () => {
  expect(await said(['a.md'])).toBe(
    'a.md is still being read, so this answer goes without it; ask again in a moment.',
  );
  expect(await said(['a.md', 'b.md', 'c.md'])).toBe(
    'a.md, b.md and c.md are still being read, so this answer goes without them; ask again in a moment.',
  );
  expect(await said(Array.from({ length: 20 }, (_, i) => `${i}.md`))).toBe(
    '0.md, 1.md, 2.md and 17 more files are still being read, so this answer goes without them; ask again in a moment.',
  );
});
