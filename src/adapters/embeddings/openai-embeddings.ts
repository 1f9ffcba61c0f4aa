import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Logger } from '../../common/logger.js';
import { TimeSlices } from '../../common/time-slices.js';
import { Embeddings, EmbeddingsError, toUnitLength } from './embeddings.js';

export interface OpenAiEmbeddingsOptions {
  /** With `/v1`. */
  baseUrl?: string;
  apiKey?: string;
  model: string;
  /** For one batch, its retries included. */
  batchMs?: number;
}

const OPENAI_URL = 'https://api.openai.com/v1';
const BATCH = 64;
/** About 8,000 tokens, more than any of OpenAI's models reads. */
const MAX_CHARS = 24_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const RETRY_MS = [500, 2_000];

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()).min(1) })),
});

/** Any server that speaks OpenAI's `/embeddings`. Redirects are not followed: they would carry the key away. */
export class OpenAiEmbeddings extends Embeddings {
  readonly model: string;
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly batchMs: number;
  private readonly agent: Agent;

  constructor(
    { baseUrl = OPENAI_URL, apiKey, model, batchMs = 20_000 }: OpenAiEmbeddingsOptions,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {
    super();
    this.model = model;
    this.url = `${baseUrl.replace(/\/+$/, '')}/embeddings`;
    this.headers = {
      'content-type': 'application/json',
      ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    };
    this.batchMs = batchMs;
    this.agent = new Agent({ connect: { timeout: batchMs }, maxResponseSize: MAX_ANSWER_BYTES });
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += BATCH)
      vectors.push(...(await this.embedBatch(texts.slice(from, from + BATCH), signal)));
    return vectors;
  }

  /** One request, again where that helps; the dead-line is one for all tries. */
  private async embedBatch(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const late = AbortSignal.timeout(this.batchMs);
    const either = signal ? AbortSignal.any([signal, late]) : late;
    try {
      for (let tries = 0; ; tries++) {
        try {
          return await this.ask(texts, either);
        } catch (error) {
          const delay = RETRY_MS[tries];
          if (either.aborted || delay === undefined || error instanceof Refused) throw error;
          this.logger.warn({ reason: (error as Error).message, delay }, 'embeddings are asked again');
          await sleep(delay, undefined, { signal: either });
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EmbeddingsError) throw error;
      const reason = late.aborted ? 'took too long' : 'could not be reached';
      throw new EmbeddingsError(`The embeddings server ${reason}.`, { cause: error });
    }
  }

  private async ask(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const slices = new TimeSlices();
    const input = texts.map((text) => text.slice(0, MAX_CHARS).toWellFormed() || ' ');
    const { statusCode, body } = await request(this.url, {
      method: 'POST',
      headers: this.headers,
      body: JSON.stringify({ model: this.model, input, encoding_format: 'float' }),
      dispatcher: this.agent,
      signal,
    });
    if (statusCode !== 200) {
      await body.dump();
      const isPassing = statusCode === 408 || statusCode === 429 || statusCode >= 500;
      throw new (isPassing ? EmbeddingsError : Refused)(
        `The embeddings server answered with HTTP ${statusCode}.`,
      );
    }
    const json = await body.json().catch(() => null);
    // A megabyte of numbers: unpacking, checking and scaling them are some milliseconds of work each.
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
      throw new Refused('The embeddings server sent something that cannot be understood.');
    return vectors;
  }
}

/** Asking again would not help. */
class Refused extends EmbeddingsError {}
