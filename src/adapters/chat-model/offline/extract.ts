import { sentencesOf } from '../../../search/sentences.js';
import { presence, toTermSet } from '../../../search/term-match.js';
import { documentTerms, queryTerms } from '../../../search/terms.js';
import { answerTest } from './answer-kind.js';
import { isRow, pointsBack, setRowsApart, withoutMarks } from './quoted-text.js';

/** A sentence that may be quoted. */
export interface Unit {
  text: string;
  /** Words of its context that are not part of it, such as titles; they count half. */
  about: string;
  /** Where it comes from: an index of the caller's. */
  source: number;
  /** The heading right above it, if any. */
  heading?: string;
}

export interface RankedUnit extends Unit {
  /** Its place among the units. */
  position: number;
  score: number;
  /** 0…1: how much of the question its words cover, rare words counting more. */
  coverage: number;
}

/** Bounds of the work, which is done between two turns of the event loop. */
const MAX_UNITS = 2_000;
const MAX_TEXT_CHARS = 8_000;
/** For a sentence with a date, an amount or a name, where the question asks for one. */
const ANSWER_BONUS = 1.3;
const MAX_HEADING_CHARS = 80;
/** Sentences before one that points back which are quoted with it. */
const MAX_ANTECEDENTS = 2;
const MAX_TERMS_ASKED = 64;

/** The units that share words with the question, best first; of equals the earlier one. */
export function rank(question: string, units: readonly Unit[]): RankedUnit[] {
  const asked = queryTerms(question).slice(0, MAX_TERMS_ASKED);
  const known = units.slice(0, MAX_UNITS).map((unit) => ({ unit, set: toTermSet(unit.text) }));
  // Sentences of one passage have the same titles.
  const titles = new Map(known.map(({ unit }) => [unit.about, toTermSet(unit.about)]));
  const found = known.map(({ unit, set }) => {
    const title = titles.get(unit.about)!;
    const direct = asked.map((term) => presence(term, set));
    return { direct, nearby: asked.map((term, i) => Math.max(0, presence(term, title) - direct[i]!)) };
  });
  const weights = weigh(
    asked.map(({ weight }, i) => ({
      weight,
      count: found.filter(({ direct, nearby }) => direct[i]! + nearby[i]! > 0).length,
    })),
    known.length,
  );
  const whole = sum(weights);
  const worth = (shares: readonly number[]) => sum(shares.map((share, i) => share * weights[i]!));
  const holdsAnswer = answerTest(question);
  return known
    .map(({ unit, set }, position) => {
      const direct = worth(found[position]!.direct);
      const nearby = worth(found[position]!.nearby);
      // A long sentence has more words by chance.
      const matched = (direct + nearby / 2) / (1 + Math.log1p(set.terms.size / 20));
      const score = holdsAnswer?.(unit.text) ? matched * ANSWER_BONUS : matched;
      return { ...unit, position, score, coverage: whole ? (direct + nearby) / whole : 0 };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.position - b.position);
}

/**
 * The few sentences that answer, in the order in which they stand.
 * @param ranked best first, as `rank` gives them
 */
export function choose(ranked: readonly RankedUnit[], limit = 3): RankedUnit[] {
  const chosen = new Map<string, RankedUnit>();
  for (const unit of ranked) {
    const best = ranked[0]?.score ?? 0;
    if (chosen.size === limit || unit.score < best * 0.6) break;
    // Neighbouring passages overlap.
    if (!chosen.has(unit.text)) chosen.set(unit.text, unit);
  }
  return [...chosen.values()].sort((a, b) => a.position - b.position);
}

/** The same units, each with the sentence before it where it cannot be understood without. @param all they come from */
export function withAntecedents(chosen: readonly RankedUnit[], all: readonly Unit[]): Unit[] {
  const places = new Set(chosen.map(({ position }) => position));
  return chosen.flatMap((unit) => {
    const next = all[unit.position + 1];
    // Its successor is quoted together with it.
    if (places.has(unit.position + 1) && next && isAbout(unit, next)) return [];
    let first = unit.position;
    while (first > 0 && unit.position - first < MAX_ANTECEDENTS && isAbout(all[first - 1]!, all[first]!))
      first--;
    const text = all.slice(first, unit.position + 1).map((one) => one.text);
    return { ...unit, text: text.join(' ') };
  });
}

/** Whether a unit refers back to the one before it. */
const isAbout = (before: Unit, unit: Unit) =>
  pointsBack(unit.text) &&
  before.source === unit.source &&
  before.heading === unit.heading &&
  !isRow(before.text);

/** Cuts a document's text, plain or Markdown, into sentences; headings go into `about` and name what follows them. */
export function toUnits(text: string, title: string, source: number): Unit[] {
  const units: Unit[] = [];
  let heading: string | undefined;
  const parts = blocks(text.slice(0, MAX_TEXT_CHARS).toWellFormed());
  for (const [i, block] of parts.entries()) {
    if (isHeading(block, parts[i + 1])) heading = block.replace(/^#+\s+/, '');
    else
      for (const sentence of isRow(block) ? [block] : splitSentences(block))
        units.push({
          text: withoutMarks(sentence),
          about: `${title} ${heading ?? ''}`,
          source,
          ...(heading !== undefined && { heading }),
        });
  }
  return units;
}

/** Headings lose their marks when a file is read: a short line that ends like no sentence, before one that does. */
export const isHeading = (block: string, next: string | undefined): boolean =>
  /^#{1,6}\s/.test(block) ||
  (next !== undefined &&
    !isRow(block) &&
    block.length <= MAX_HEADING_CHARS &&
    !/[.!?:;,|"”。！？…]$/u.test(block) &&
    (next.startsWith(`${block}: `) || /^#{1,6}\s/.test(next) || /[.!?:。！？…]["”)]?$/u.test(next)));

/** Paragraphs as one line each; headings and list items stand alone. */
function blocks(text: string): string[] {
  const marked = setRowsApart(text.replace(/\r\n?/g, '\n')).replace(
    /^[ \t]*(?:(#{1,6}\s.*)$|[-*•]\s+|\d{1,3}[.)]\s+)/gm,
    '\n\n$1',
  );
  return marked
    .replace(/^(#{1,6}\s.*)$/gm, '$1\n\n')
    .split(/\n\s*\n/)
    .map((block) => block.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

const splitSentences = (block: string): string[] =>
  [...sentencesOf(block)].map(({ segment }) => segment.trim());

/**
 * The words of an English text that mean something, brought to a common form; single words are of no certain language.
 */
export const stems = (text: string): ReadonlySet<string> => new Set(documentTerms(text, 'en').terms);

/** What each word of the question is worth: rare words most, and unknown words half of the mean. */
function weigh(terms: readonly { weight: number; count: number }[], texts: number): number[] {
  const worth = terms.map(({ weight, count }) => (count > 0 ? weight * Math.log1p(texts / count) : 0));
  const known = worth.filter((value) => value > 0);
  const mean = known.length > 0 ? sum(known) / known.length : 0;
  return terms.map(({ weight }, i) => worth[i] || (weight * mean) / 2);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
