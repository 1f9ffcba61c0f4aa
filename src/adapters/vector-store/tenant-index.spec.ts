import { TopK } from '../../search/top-k.js';
import type { ChangedDocument } from '../../database/repositories/documents/vector-points.repository.js';
import { TenantIndex } from './tenant-index.js';
import { encodeSparse } from './vector-bytes.js';

const WORD = 7;
const MAX_BYTES = 2 ** 20;

/** A document with the given number of points, all with the same word. */
const document = (version: number, size: number): ChangedDocument => ({
  attachmentId: 'long',
  version,
  points: Array.from({ length: size }, (_item, i) => ({
    id: `${version}-${i}`,
    dense: null,
    sparse: encodeSparse({ indices: [WORD], values: [1] }),
  })),
});

function found(index: TenantIndex): string[] {
  const best = new TopK<string>(10_000);
  for (const part of index.select()) part.offerSharing([part.find(WORD)], [1], best);
  return best.items;
}

describe('a document of more points than are indexed in one go', () => {
  let changes: ChangedDocument[];
  let refused: string[];
  beforeEach(() => {
    changes = [];
    refused = [];
  });
  const make = (maxBytes: number) =>
    new TenantIndex(
      async function* (since) {
        yield* changes.filter(({ version }) => version > since);
      },
      maxBytes,
      ({ attachmentId }) => refused.push(attachmentId),
    );

  it('is found as a whole, and replaced as a whole', async () => {
    const index = make(MAX_BYTES);
    const empty = index.bytes;
    changes.push(document(1, 1_000));
    await index.refresh();
    expect(new Set(found(index))).toEqual(new Set(changes[0]!.points.map(({ id }) => id)));
    expect(index.select(['long']).length).toBeGreaterThan(1);
    changes.push(document(2, 300));
    await index.refresh();
    expect(new Set(found(index))).toEqual(new Set(changes[1]!.points.map(({ id }) => id)));
    changes.push(document(3, 0));
    await index.refresh();
    expect([found(index), index.bytes]).toEqual([[], empty]);
  });

  it('is left out as a whole where it does not fit', async () => {
    changes.push(document(1, 1_000));
    const index = make(40_000);
    await index.refresh();
    expect([found(index), refused]).toEqual([[], ['long']]);
  });
});
