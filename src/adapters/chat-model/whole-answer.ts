import { answerOf, readChoice, type Chunk } from './delta.js';
import { ThinkTags } from './think-tags.js';

/**
 * The text of a completion that came as one document, without the thinking in it.
 * @returns null when there is none
 */
export function textOfAnswer(document: unknown): string | null {
  const choice = answerOf(typeof document === 'object' ? (document as Chunk | null) : null);
  if (!choice) return null;
  const { text, finish } = readChoice(choice);
  const tags = new ThinkTags();
  const answer = tags.push(text) + tags.end(finish !== 'length');
  return answer.trim() && !tags.isThinking ? answer : null;
}
