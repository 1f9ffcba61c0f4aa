import { setTimeout as sleep } from 'node:timers/promises';
import { ChatModel, type ChatPrompt, type OnTokens } from '../chat-model.js';
import { composeReply } from './offline-reply.js';

/** The pause of a natural reading pace. */
const PAUSE_MS = 12;
/** Bounds the time of an answer to about 4 s. */
const MAX_GROUPS = 300;

/** Answers extractively without a language model, and states that. Streams word by word. */
export class OfflineChatModel extends ChatModel {
  readonly name = 'offline';
  readonly isOffline = true;

  async stream(prompt: ChatPrompt, onTokens: OnTokens, signal: AbortSignal): Promise<'stop'> {
    signal.throwIfAborted();
    const [first, ...others] = wordGroups(composeReply(prompt));
    if (first) onTokens([first]);
    for (const group of others) {
      await sleep(PAUSE_MS, undefined, { signal });
      onTokens([group]);
    }
    return 'stop';
  }

  async structured(): Promise<null> {
    return null;
  }
}

/** Words with the space after them, together the text; several to a group when there are many. */
function wordGroups(text: string): string[] {
  const words = text.split(/(?<=\s)(?=\S)/);
  const size = Math.ceil(words.length / MAX_GROUPS);
  const groups: string[] = [];
  for (let start = 0; start < words.length; start += size)
    groups.push(words.slice(start, start + size).join(''));
  return groups;
}
