import type { Json } from '../../../common/json.js';

/** A call of a tool, as it is kept with the answer; a long input or output is cut, and a text then. */
export interface MessageToolCall {
  id: string;
  name: string;
  /** `stopped` with the answer; `called` and `waiting` only while it is not stored. */
  status: 'called' | 'waiting' | 'done' | 'failed' | 'rejected' | 'stopped';
  input: Json;
  output?: Json;
  /** Why it failed, in words. */
  error?: string;
  /** Duration in milliseconds. */
  ms?: number;
}
