import { z } from 'zod';
import { boundedText } from '../../common/text.js';

/** Longer names of models do not exist. */
const modelName = () => boundedText(1, 200);

/** The model whose index is to be built and activated. */
export const switchSchema = z
  .object({
    model: modelName().describe('a model of the configured server, or `universal-sentence-encoder-lite`'),
    skip_check: z
      .boolean()
      .default(false)
      .describe('skips the golden questions, which are English; for models of other languages'),
  })
  .meta({ id: 'EmbeddingSwitch', example: { model: 'text-embedding-3-small', skip_check: false } });

export const modelParamsSchema = z.object({ model: modelName() });

export const indexesSchema = z
  .object({
    items: z.array(
      z.object({
        model: z.string(),
        status: z
          .enum(['active', 'building', 'kept', 'deleting'])
          .describe(
            'active: questions are answered from it; building: becomes active when complete; kept: stays up to date, for a rollback',
          ),
        documents: z.object({ done: z.int(), total: z.int() }),
        chunks: z.object({ done: z.int(), total: z.int() }),
        activated_at: z.string().nullable().describe('when it last became active'),
        error: z.string().nullable().describe('why documents are missing, or why it did not become active'),
      }),
    ),
  })
  .meta({
    id: 'EmbeddingIndexes',
    example: {
      items: [
        {
          model: 'universal-sentence-encoder-lite',
          status: 'active',
          documents: { done: 31, total: 31 },
          chunks: { done: 1_204, total: 1_204 },
          activated_at: '2026-01-31T09:30:00.000Z',
          error: null,
        },
        {
          model: 'text-embedding-3-small',
          status: 'building',
          documents: { done: 12, total: 31 },
          chunks: { done: 480, total: 1_204 },
          activated_at: null,
          error: null,
        },
      ],
    },
  });
