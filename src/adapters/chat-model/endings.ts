// Error messages for answers that ended without content.

import { ModelError } from '../openai/model-error.js';
import type { FinishReason } from './chat-model.js';

/** The error for an answer without text. @param hasThought whether there was reasoning */
export function emptyAnswer(reason: FinishReason | null, hasThought: boolean): ModelError {
  if (reason === 'content_filter')
    return new ModelError('model-filtered', 'The content filter of the model server withheld the answer.');
  if (reason === 'length')
    return new ModelError(
      'model-empty',
      hasThought
        ? 'The model used up its tokens while it was thinking, before it answered.'
        : 'The model had no tokens left for an answer.',
    );
  return new ModelError(
    'model-empty',
    hasThought ? 'The model thought about it, but gave no answer.' : 'The model gave an empty answer.',
  );
}

/** An answer that ended within its thinking. */
export const unfinishedThought = (reason: FinishReason | null): ModelError =>
  reason === 'length'
    ? emptyAnswer(reason, true)
    : new ModelError('model-empty', 'The model stopped while it was still thinking.');
