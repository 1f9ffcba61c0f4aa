import type { SystemRole } from './openai-messages.js';

/** A model's deviations from OpenAI's API, detected from refusals. */
export interface Quirks {
  /** Role of the instructions. */
  systemRole: SystemRole;
  /** Whether `systemRole` was set and is not to be changed. */
  hasFixedRole: boolean;
  /** Fields of a request that are left out. */
  without: Set<string>;
  maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Context size in tokens, after a longer request was refused. */
  contextTokens?: number;
  /** Its answers begin in the middle of thinking. */
  startsInside: boolean;
}
