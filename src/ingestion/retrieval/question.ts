import { focusOf as focusOfQuestion } from '../../adapters/chat-model/offline/focus.js';
import { queryTerms, type QueryTerm } from '../../search/terms.js';

/** A message longer than this is a text with a question to it. */
const LONG = 600;
/** As much of a long message as may be its question. */
const MAX_FOCUS = 400;
/** Words beside the question itself: of a pasted text, and of earlier messages. */
const CONTEXT_WEIGHT = 0.15;
const MAX_CONTEXT_TERMS = 40;
/** Earlier messages that a follow-up may lean on. */
const MAX_EARLIER = 4;

/** What is searched for. */
export interface Inquiry {
  /** The question without pasted text, for its embedding. */
  focus: string;
  /** Its words at full weight, then those of its context. */
  terms: QueryTerm[];
}

/**
 * Reads a message as a question. A long paste has its question at the end or the beginning, and the words around it
 * only help; so do the words of the user's earlier questions, so that "And for part-timers?" finds something.
 * @param earlier the person's earlier messages, oldest first
 */
export function toInquiry(message: string, earlier: readonly string[] = []): Inquiry {
  const focus = focusOf(message);
  const terms = withMeanings(queryTerms(focus), focus);
  const known = new Set(terms.flatMap(({ forms, surface }) => [surface.toLowerCase(), ...forms]));
  const context = [
    message === focus ? '' : around(message, focus),
    ...earlier.slice(-MAX_EARLIER).toReversed(),
  ];
  const extra: QueryTerm[] = [];
  for (const text of context)
    for (const term of queryTerms(text.slice(-MAX_FOCUS * 4), CONTEXT_WEIGHT)) {
      if (extra.length === MAX_CONTEXT_TERMS || term.forms.some((form) => known.has(form))) continue;
      if (known.has(term.surface.toLowerCase())) continue;
      for (const form of [term.surface.toLowerCase(), ...term.forms]) known.add(form);
      extra.push(term);
    }
  return { focus, terms: [...terms, ...extra] };
}

/** The words of what is asked for also match by synonyms: "Who makes it?" by its manufacturer. */
function withMeanings(terms: readonly QueryTerm[], question: string): QueryTerm[] {
  const focus = focusOfQuestion(question)?.terms ?? [];
  return terms.map((term) => focus.find(({ surface }) => surface === term.surface) ?? term);
}

/** Whether a term is of the question itself. */
export const isAsked = ({ weight }: QueryTerm): boolean => weight > CONTEXT_WEIGHT;

/**
 * The question of a long message: the last sentence that ends in a question mark if it is near an end, else its end.
 */
function focusOf(message: string): string {
  const text = message.trim();
  if (text.length <= LONG) return text;
  const lines = text.split(/\n+/).map((line) => line.trim()).filter(Boolean); // prettier-ignore
  const asks = (line: string) => /[?？؟]\s*["»”')\]]*$/u.test(line);
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  if (asks(last) || (last.length <= MAX_FOCUS && !asks(first))) return lastSentences(last);
  return asks(first) ? first.slice(0, MAX_FOCUS) : lastSentences(text);
}

/** The end of a text from the beginning of a sentence on, if there is one near. */
function lastSentences(text: string): string {
  if (text.length <= MAX_FOCUS) return text;
  const end = text.slice(-MAX_FOCUS);
  return end.replace(/^[^.!?。\n]*[.!?。\n]\s*(?=\S{3})/u, '') || end;
}

const around = (message: string, focus: string) => message.replace(focus, ' ');
