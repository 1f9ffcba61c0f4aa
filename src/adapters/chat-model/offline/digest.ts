import { estimateTokens } from '../tokens.js';

const MAX_SENTENCE = 300;
/** Sentences in which people describe themselves, which later questions refer to. */
const PERSONAL =
  /\b(?:i|i['’]m|i['’]ve|my|mine|me|we|our|us|ich|mein\w*|mir|mich|wir|unser\w*|je|j['’]|mon|ma|mes|nous|notre|yo|mi|mis|nosotros|nuestr\w*|eu|meu|minha|io|mio|mia)\b|我|私|나는|제|я|мой|моя|меня/iu;

/**
 * Selects the user's earlier sentences that are most likely relevant: statements about themselves, and sentences
 * that share words with the new message.
 * @param earlier oldest first
 * @param maxTokens of all sentences together
 * @returns sentences, oldest first
 */
export function digest(earlier: readonly string[], message: string, maxTokens: number): string[] {
  const asked = new Set(words(message));
  const sentences = [...new Set(earlier.flatMap(toSentences))].map((text, place) => ({
    text,
    place,
    score:
      (PERSONAL.test(text) && !text.endsWith('?') ? 2 : 0) +
      words(text).filter((word) => asked.has(word)).length +
      (text.endsWith('?') ? 0 : 0.5),
  }));
  let left = maxTokens;
  return sentences
    .sort((a, b) => b.score - a.score || b.place - a.place)
    .filter(({ text }) => (left -= estimateTokens(text) + 2) >= 0)
    .sort((a, b) => a.place - b.place)
    .map(({ text }) => text);
}

const toSentences = (text: string) =>
  text
    .split(/(?<=[.!?。！？])\s+|\n+/u)
    .map((sentence) => sentence.trim().slice(0, MAX_SENTENCE).toWellFormed())
    .filter(Boolean);

const words = (text: string) =>
  (text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).map((word) => word.slice(0, 6));
