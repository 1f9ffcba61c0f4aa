import { answerOf, readChoice, type Chunk } from './delta.js';
import { ThinkTags } from './think-tags.js';

/** The text of a non-streamed completion, without reasoning. @returns null without text */
export function textOfAnswer(document: unknown): string | null {
  const choice = answerOf(typeof document === 'object' ? (document as Chunk | null) : null);
  if (!choice) return null;
  const { text, finish } = readChoice(choice);
  const tags = new ThinkTags();
  const answer = tags.push(text) + tags.end(finish !== 'length');
  return answer.trim() && !tags.isThinking ? answer : null;
}
