import { Injectable } from '@nestjs/common';
import { Any, DataSource, type Repository } from 'typeorm';
import { deleteBatch } from '../../delete-batch.js';
import { CachedEmbedding } from '../../entities/chunk.entity.js';

/** The cached embeddings of a chunk. */
export interface CachedVectors {
  vector: Float32Array;
  /** Sentence embeddings, quantised; null if only the whole chunk is embedded. */
  sentences: readonly Int8Array[] | null;
}

/** Batch size of deletions, so that a statement stays well within its deadline. */
const BATCH = 5_000;

/** Cache of embeddings, by model and hash of the embedded text. */
@Injectable()
export class EmbeddingCacheRepository {
  private readonly cached: Repository<CachedEmbedding>;

  constructor(private readonly source: DataSource) {
    this.cached = source.getRepository(CachedEmbedding);
  }

  /** @returns the cached vectors by hash */
  async find(model: string, hashes: readonly string[]): Promise<Map<string, Float32Array>> {
    const rows = await this.cached.find({
      where: { model, hash: Any(hashes) },
      select: { model: true, hash: true, vector: true },
    });
    return new Map(rows.map(({ hash, vector }) => [hash, fromBytes(vector)]));
  }

  async store(model: string, vectors: ReadonlyMap<string, CachedVectors>): Promise<void> {
    if (vectors.size === 0) return;
    const all = [...vectors.values()];
    // $1 the model, $2 to $4 hash, vector and sentences or null of each row
    await this.source.query(
      `INSERT INTO embedding_cache (model, hash, vector, sentences)
       SELECT $1, hash, vector, sentences FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS v (hash, vector, sentences)
       ON CONFLICT DO NOTHING`,
      [
        model,
        [...vectors.keys()],
        all.map(({ vector }) => toBytes(vector)),
        all.map(({ sentences }) => sentences && Buffer.concat(sentences.map(toBytes))),
      ],
    );
  }

  /** The vectors of the sentences of chunks, by chunk; chunks without any are left out. */
  async sentences(model: string, chunkIds: readonly string[]): Promise<Map<string, Int8Array[]>> {
    // $1 the model, $2 the chunks' ids
    const rows: { id: string; dimensions: number; sentences: Buffer }[] = await this.source.query(
      `SELECT c.id, length(e.vector) / 4 AS dimensions, e.sentences
       FROM chunks c JOIN embedding_cache e ON e.model = $1 AND e.hash = c.hash
       WHERE c.id = ANY($2) AND e.sentences IS NOT NULL`,
      [model, chunkIds],
    );
    return new Map(
      rows.map(({ id, dimensions, sentences }) => {
        const bytes = new Int8Array(sentences.buffer, sentences.byteOffset, sentences.length);
        const count = sentences.length / dimensions;
        return [
          id,
          Array.from({ length: count }, (_, i) => bytes.subarray(i * dimensions, (i + 1) * dimensions)),
        ];
      }),
    );
  }

  /** Deletes the vectors that no chunk uses any more. */
  async deleteUnused(): Promise<void> {
    const where = 'NOT EXISTS (SELECT FROM chunks c WHERE c.hash = embedding_cache.hash)';
    while (await deleteBatch(this.cached, BATCH, { where }));
  }
}

const toBytes = ({ buffer, byteOffset, byteLength }: Float32Array | Int8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Copied: the bytes of a query result share a buffer in which floats may be unaligned. */
const fromBytes = (bytes: Buffer) => new Float32Array(Uint8Array.from(bytes).buffer);
