import { documentTerms, isCompounding, type QueryTerm } from './terms.js';

/** The distinct terms of a passage. */
export interface TermSet {
  terms: ReadonlySet<string>;
  /** Whether words may be parts of compounds. */
  hasCompounds: boolean;
}

/** Score factor, by kind, for a document that has only the parts of a word: `CRY-08` is not `CRY-07`. */
const OF_PARTS = { word: 0.9, acronym: 0.9, number: 0, code: 0.5, cjk: 1 };
/** Score factor for a compound that contains the word, or for the first or last part of a requested compound. */
const IN_COMPOUND = 0.7;
const OF_COMPOUND = 0.5;
/** What "Leitung" counts where "leitet" was asked for. */
const DERIVED = 0.6;
const ENDINGS = /^(?:ung(?:en)?|er|erin|e[nt]?|e?st|te?n?|)$/;
const ENDING = /(?:ung(?:en)?|erin|e[nrt]|e?st|te?n?|e)$/;
const MIN_PART = 4;
const MIN_REST = 3;

export function toTermSet(text: string): TermSet {
  const { terms, language } = documentTerms(text);
  return { terms: new Set(terms), hasCompounds: isCompounding(language) };
}

/**
 * Match score of a question's word in a passage: 1 for the word itself, less for its parts and for similar
 * spellings.
 */
export function presence({ forms, parts, near, kind }: QueryTerm, { terms, hasCompounds }: TermSet): number {
  if (forms.some((form) => terms.has(form))) return 1;
  let best = 0;
  for (const [form, likeness] of near) if (likeness > best && terms.has(form)) best = likeness;
  if (parts.length > 0) {
    const there = parts.filter((part) => part.some((form) => terms.has(form))).length;
    best = Math.max(best, (OF_PARTS[kind] * there) / parts.length);
  }
  return hasCompounds && kind === 'word' ? Math.max(best, compounded(forms[0]!, terms)) : best;
}

/** Match as the beginning or end of a compound: `frist` in `kundigungsfrist`, in either direction. */
function compounded(form: string, terms: ReadonlySet<string>): number {
  let best = 0;
  const root = form.replace(ENDING, '');
  for (const term of terms) {
    const isDerived =
      root.length >= MIN_PART && term.startsWith(root) && ENDINGS.test(term.slice(root.length));
    if (isDerived) best = Math.max(best, DERIVED);
    else if (isPart(form, term)) return IN_COMPOUND;
    else if (best === 0 && isPart(term, form)) best = OF_COMPOUND;
  }
  return best;
}

/** Whether one word is the first or last part of another. */
export const isPart = (part: string, word: string): boolean =>
  part.length >= MIN_PART &&
  word.length - part.length >= MIN_REST &&
  (word.endsWith(part) || word.startsWith(part));
