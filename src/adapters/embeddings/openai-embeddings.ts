import { z } from 'zod';
import { TimeSlices } from '../../common/time/time-slices.js';
import { ModelError } from '../openai/model-error.js';
import type { OpenAiServer } from '../openai/openai-server.js';
import { Embeddings, EmbeddingsError, toUnitLength } from './embeddings.js';

const BATCH = 64;
/** Maximum characters per text: about 8,000 tokens, the limit of OpenAI's models. */
const MAX_CHARS = 24_000;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()).min(1) })),
});

/** An embedding model of the configured server. */
export class OpenAiEmbeddings extends Embeddings {
  /** @param batchMs deadline of a batch, including retries */
  constructor(
    private readonly server: OpenAiServer,
    readonly model: string,
    private readonly batchMs = 20_000,
  ) {
    super();
  }

  async embed(texts: readonly string[], signal = new AbortController().signal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH)
      vectors.push(...(await this.embedBatch(texts.slice(from, from + BATCH), signal)));
    return vectors;
  }

  private async embedBatch(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const slices = new TimeSlices();
    const { model } = this;
    const input = texts.map((text) => text.slice(0, MAX_CHARS).toWellFormed() || ' ');
    const body = JSON.stringify({ model, input, encoding_format: 'float' });
    const json = await this.ask(body, signal);
    // A megabyte of numbers: checking and scaling them are some milliseconds of work each.
    await slices.pause();
    const answer = answerSchema.safeParse(json);
    const vectors: Float32Array[] = [];
    for (const { index, embedding } of answer.data?.data ?? []) {
      await slices.pause();
      vectors[index] = toUnitLength(embedding);
    }
    await slices.pause();
    const isComplete = texts.every((_, i) => vectors[i] && vectors[i].length === vectors[0]!.length);
    if (!isComplete || vectors.length !== texts.length)
      throw new EmbeddingsError('The embeddings server sent an invalid response.');
    return vectors;
  }

  private async ask(body: string, signal: AbortSignal): Promise<unknown> {
    const { model } = this;
    try {
      return await this.server.retrying(this.batchMs, signal, (timeoutMs) =>
        this.server.post({ endpoint: '/embeddings', model, body, timeoutMs, signal }),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ModelError)) throw error;
      this.server.report(error, '/embeddings');
      throw new EmbeddingsError(`Embeddings: ${error.message}`, { cause: error });
    }
  }
}
