import { z } from 'zod';
import { isStorableJson } from '../../common/text.js';

const MAX_INPUT = 64 * 1024;

/** In place of the input of a call that the model wrote. */
export const editedInput = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => isStorableJson(value) && JSON.stringify(value).length <= MAX_INPUT,
    'not storable, or too large',
  );
