import type { SystemRole } from './openai-messages.js';

/** What one model of a server expects in another form than OpenAI; detected from its refusals. */
export interface Quirks {
  /** Where instructions go. */
  systemRole: SystemRole;
  /** Whether `systemRole` was set and is not to be changed. */
  hasFixedRole: boolean;
  /** Fields of a request that are left out. */
  without: Set<string>;
  maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Tokens of the longest request, once a longer one was refused. */
  contextTokens?: number;
  /** Its answers begin in the middle of thinking. */
  startsInside: boolean;
}
