import { editDistance } from '../../../search/spelling/edit-distance.js';
import { namesKindIn } from '../../../search/kind-words.js';
import { presence, type TermSet } from '../../../search/term-match.js';
import type { QueryTerm } from '../../../search/terms.js';
import { isCountOf } from './answer-kind.js';
import type { Focus } from './focus.js';

/** Present at least so much: in another form, or by another word. */
const PRESENT = 0.5;
const MIN_MISSPELT = 6;

/** Whether a text has the focus of a question. @param set its terms */
export const hasFocus = ({ terms, isCounted }: Focus, set: TermSet, text: string): boolean =>
  terms.some(
    (term) => presence(term, set) >= PRESENT || isKindOf(term.surface, text) || isMisspelt(term, set),
  ) &&
  (!isCounted || terms.some(({ surface }) => isCountOf(surface, text)));

/** A text with digits has a "number"; one for a phone has some more. */
const isKindOf = (word: string, text: string) =>
  namesKindIn(word, text) &&
  (!/phone|tel[eé]|number|nummer|numéro|número/i.test(word) || /\d[\d ()/.-]{3,}\d/.test(text));

/** Whether a text has a longer word of the question but for one letter. */
const isMisspelt = ({ forms: [form = ''] }: QueryTerm, { terms }: TermSet) =>
  form.length >= MIN_MISSPELT &&
  [...terms].some((term) => Math.abs(term.length - form.length) < 2 && editDistance(term, form) === 1);
