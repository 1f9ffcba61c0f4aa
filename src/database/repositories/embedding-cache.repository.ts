import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Rows that are deleted at once, so that a statement stays well within its dead-line. */
const BATCH = 5_000;

/** Vectors that were computed before, by the model and the hash of what was embedded. */
@Injectable()
export class EmbeddingCacheRepository {
  constructor(private readonly source: DataSource) {}

  /** @returns those that are there, by hash */
  async find(model: string, hashes: readonly string[]): Promise<Map<string, Float32Array>> {
    const rows: { hash: string; vector: Buffer }[] = await this.source.query(
      'SELECT hash, vector FROM embedding_cache WHERE model = $1 AND hash = ANY($2)',
      [model, hashes],
    );
    return new Map(rows.map(({ hash, vector }) => [hash, fromBytes(vector)]));
  }

  async store(model: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    if (vectors.size === 0) return;
    await this.source.query(
      `INSERT INTO embedding_cache (model, hash, vector)
       SELECT $1, hash, vector FROM unnest($2::text[], $3::bytea[]) AS v (hash, vector) ON CONFLICT DO NOTHING`,
      [model, [...vectors.keys()], [...vectors.values()].map(toBytes)],
    );
  }

  /** Deletes the vectors that no chunk asks for any more. */
  async deleteUnused(): Promise<void> {
    for (let deleted = BATCH; deleted === BATCH;)
      [, deleted] = await this.source.query<[unknown, number]>(
        `DELETE FROM embedding_cache WHERE (model, hash) IN (
           SELECT e.model, e.hash FROM embedding_cache e
           WHERE NOT EXISTS (SELECT FROM chunks c WHERE c.hash = e.hash) LIMIT ${BATCH})`,
      );
  }
}

const toBytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

/** The bytes of a query's answer share a buffer in which a float may begin anywhere. */
const fromBytes = (bytes: Buffer) => new Float32Array(Uint8Array.from(bytes).buffer);
