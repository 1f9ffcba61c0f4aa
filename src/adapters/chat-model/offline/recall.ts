import type { ChatTurn } from '../chat-model.js';
import { rank } from './extract.js';
import { toUnits, type Unit } from './units.js';

const MAX_QUOTE = 500;
/** The share of a question about the user that an earlier sentence of theirs must cover to be its answer. */
const SURE = 0.6;

const ASKS_NAME =
  /\b(?:what(?:['’]s| is| was)|know|remember|tell me|say) my name\b|\b(?:who am i|what am i called)\b/i;
const ASKS_FIRST =
  /\bmy first (?:question|message|thing)|\bdid i (?:say|ask|tell you|write) (?:first|at (?:the )?(?:beginning|start))\b/i;
const ASKS_OWN =
  /\bwhat (?:did|have|had) i (?:just )?(?:say|said|ask|tell|told|write|written)|\bmy (?:last|previous|earlier) (?:question|message)/i;
const ASKS_YOURS =
  /\bwhat (?:did|have|had) you (?:just )?(?:say|said|answer|tell|told|write|written)|\byour (?:last|previous|earlier) (?:answer|reply|message)|\brepeat that\b|\bsay that again\b/i;
const OF_ONESELF = /\b(?:i|my|mine|we|our)\b/i;

const NAMES = "(\\p{L}[\\p{L}'’-]*(?:\\s\\p{Lu}[\\p{L}'’-]*){0,2})";
const NAME_GIVEN = [
  new RegExp(`\\b(?:[Mm]y name(?:['’]s| is)|[Cc]all me|I am called)\\s+${NAMES}`, 'u'),
  new RegExp(`\\bI(?:['’]m| am)\\s+(?=\\p{Lu})${NAMES}(?=[.,!]|$| and\\b)`, 'u'),
];

/**
 * Answers questions about the conversation itself: earlier messages, and the user's name.
 * @param isWhole whether the history reaches back to the beginning
 */
export function recallTurn(message: string, history: readonly ChatTurn[], isWhole: boolean): string | null {
  const own = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  const replies = history.filter(({ role }) => role === 'assistant').map(({ content }) => content);
  if (ASKS_NAME.test(message)) return recallName(own, isWhole);
  if (ASKS_FIRST.test(message) && !isWhole) return 'I no longer see the beginning of this conversation.';
  if (ASKS_FIRST.test(message)) return quote('The first thing you wrote was', own[0]);
  if (ASKS_OWN.test(message)) return recallTopic(message, own) ?? quote('Before this you wrote', own.at(-1));
  if (ASKS_YOURS.test(message)) return quote('Before this I answered', replies.at(-1));
  return null;
}

function recallName(own: readonly string[], isWhole: boolean): string {
  for (const text of own.toReversed())
    for (const pattern of NAME_GIVEN) {
      const name = pattern.exec(text)?.[1];
      if (name) return `You told me that your name is ${name}.`;
    }
  return isWhole
    ? 'You have not told me your name.'
    : 'I find no name of yours in what I still see of this conversation, which is not all of it.';
}

function recallTopic(message: string, own: readonly string[]): string | null {
  const topic = /\babout\s+(.+)/is.exec(message)?.[1];
  const best = topic && rank(topic, latestFirst(own))[0];
  return best ? quote('You wrote', best.text) : null;
}

/** Answers a question about the user from the user's earlier messages. */
export function recallFact(message: string, history: readonly ChatTurn[]): string | null {
  if (!OF_ONESELF.test(message)) return null;
  const own = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  const statements = latestFirst(own).filter(({ text }) => OF_ONESELF.test(text) && !text.endsWith('?'));
  const units = statements.map((unit, source) => ({ ...unit, source, text: withNames(unit.text) }));
  const best = rank(withNames(message), units)[0];
  return best && best.coverage >= SURE ? quote('You told me', statements[best.source]?.text) : null;
}

/** Somebody who is called so has that name. */
const withNames = (text: string) => text.replaceAll(/\b(?:called|named)\b/gi, 'name');

const latestFirst = (texts: readonly string[]): Unit[] =>
  texts.toReversed().flatMap((text, index) => toUnits(text, '', index));

function quote(lead: string, text?: string): string {
  if (!text) return 'Nothing was said before this.';
  const line = text.trim();
  return `${lead}: “${line.length > MAX_QUOTE ? `${line.slice(0, MAX_QUOTE).toWellFormed()}…` : line}”`;
}
