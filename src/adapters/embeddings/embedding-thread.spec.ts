import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddingThread } from './embedding-thread.js';
import { EmbeddingsError } from './embeddings.js';

/** An encoder that fails after its first load, and works after the second. */
const ENCODER = `
import { parentPort } from 'node:worker_threads';
import { existsSync, writeFileSync } from 'node:fs';
const flag = new URL('./loaded', import.meta.url);
const isBroken = !existsSync(flag);
writeFileSync(flag, '');
parentPort.on('message', ({ id, texts }) =>
  parentPort.postMessage(isBroken ? { id, error: 'no backend' } : { id, vectors: texts.map(() => Float32Array.of(1)) }));
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-encoder-'));
  writeFileSync(join(folder, 'encoder.mjs'), ENCODER);
});
afterEach(() => rmSync(folder, { recursive: true }));

it('loads the encoder anew after it has failed', async () => {
  const thread = new EmbeddingThread(join(folder, 'encoder.mjs'));
  try {
    await expect(thread.embed(['a'], 60_000)).rejects.toThrow(EmbeddingsError);
    expect(thread.isBusy).toBe(false);
    await expect(thread.embed(['a', 'b'], 60_000)).resolves.toEqual([Float32Array.of(1), Float32Array.of(1)]);
  } finally {
    await thread.close();
  }
});
