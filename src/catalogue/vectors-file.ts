import { createHash } from 'node:crypto';
import { z } from 'zod';

const headerSchema = z.object({
  model: z.string(),
  dimensions: z.int().positive(),
  count: z.int().nonnegative(),
  /** SHA-256 of the film file the vectors were made from. */
  films: z.string(),
});

export interface FilmVectors {
  model: string;
  /** In the order of the film file's lines. */
  vectors: Buffer[];
}

/** A line of JSON that describes the content, then the vectors' bytes one after the other. */
export function formatVectors(model: string, vectors: readonly Int8Array[], films: Uint8Array): Buffer {
  const header = { model, dimensions: vectors[0]?.length ?? 1, count: vectors.length, films: sha256(films) };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...vectors.map((vector) => Buffer.from(vector.buffer)),
  ]);
}

/** @throws Error when the vectors were not made from these films */
export function parseVectors(file: Buffer, films: Uint8Array): FilmVectors {
  const end = file.indexOf('\n');
  const {
    model,
    dimensions,
    count,
    films: checksum,
  } = headerSchema.parse(JSON.parse(file.toString('utf8', 0, end)));
  const body = file.subarray(end + 1);
  if (checksum !== sha256(films) || body.length !== dimensions * count)
    throw new Error(
      'catalogue/films.vectors does not belong to catalogue/films.jsonl: run npm run catalogue:embed.',
    );
  const vectors = Array.from({ length: count }, (_, i) =>
    body.subarray(i * dimensions, (i + 1) * dimensions),
  );
  return { model, vectors };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
