import { namesKindIn } from '../../../search/kind-words.js';
import { presence, toTermSet } from '../../../search/term-match.js';
import { documentTerms, queryTerms, type QueryTerm } from '../../../search/terms.js';
import { answerTest, roleTest } from './answer-kind.js';
import { focusOf } from './focus.js';
import { hasFocus } from './focus-match.js';
import { columnsAgainst, repeats } from './quoted-text.js';
import type { Unit } from './units.js';
import { withForms } from './word-kin.js';
import { withSpellings } from './word-spellings.js';

export interface RankedUnit extends Unit {
  /** Its index among the units. */
  position: number;
  score: number;
  /** 0…1: the share of the question that its words cover, weighted by rarity. */
  coverage: number;
  /** The same, if words that are in none of the units count as the rarest. */
  assured: number;
  /** Whether there are such words. */
  isMissingWords: boolean;
  /** 0…1 for each word of the question: its part of the score, of the maximum for the question. */
  held: readonly number[];
  /** Whether its text or heading has the focus of the question; null when that is not certain. */
  isOnFocus: boolean | null;
}

/** Limits of the work, which blocks the event loop. */
const MAX_UNITS = 2_000;
/** Bonus of a sentence with a date, amount or name, if the question asks for one. */
const ANSWER_BONUS = 1.2;
/** Bonus of a sentence that has the focus of the question, beside another of its words. */
const FOCUS_BONUS = 1.3;
/** A sentence without the focus may still answer with this coverage of the question, or this similarity to it. */
const COVERS_ALL = 0.88;
const NEAR_FOCUS = 0.6;
/** The weight of the words of the focus, relative to the others. */
const FOCUS_WEIGHT = 1.5;
/** Weight of a row with a "no" where the question has none. */
const AGAINST = 0.8;
/** Bonus of a sentence that names who has the role that is asked for. */
const ROLE_BONUS = 1.4;
/** Weight of a sentence without the code or number of the question, where others have it. */
const OTHER_CODE = 0.6;
/** What counts when a sentence has an amount where the "cost" is asked for, without the word. */
const OF_KIND = 0.7;
/** Weight of the title of a passage: it names the subject, and seldom answers. */
const TITLE = 0.4;
/** The weight of semantic similarity, relative to that of the words. */
const MEANING = 0.75;
/** The weight of the relevance of the passage that contains a sentence. */
const RELEVANCE = 1.2;
/** From this similarity on, a sentence needs no word of the question. */
const NEAR = 0.3;
const MAX_TERMS_ASKED = 64;
/**
 * Thresholds as shares of the best score: for quoting a sentence, and for quoting it only if it adds `ADDS` of the
 * question's words.
 */
const AS_GOOD = 0.85;
const WORTH_ADDING = 0.75;
const ADDS = 0.1;

/** The words of a question; those of its focus weigh more and match by synonyms. */
function termsOf(question: string, focus: readonly QueryTerm[]): QueryTerm[] {
  const isFocus = ({ surface }: QueryTerm) => focus.some((term) => term.surface === surface);
  const others = queryTerms(question)
    .slice(0, MAX_TERMS_ASKED)
    .filter((term) => !isFocus(term));
  return [
    ...focus.map((term) => ({ ...term, weight: term.weight * FOCUS_WEIGHT })),
    ...others.map(withForms),
  ];
}

/** How well a sentence has each word of the question, and its titles beyond that. */
interface Found {
  direct: number[];
  nearby: number[];
}

const CODES = new Set<QueryTerm['kind']>(['code', 'number']);
const MAIL = /\b(?:e?-?mails?|sen[dt]|sender|subject|wrote|write|received)\b/i;

const hasAt = ({ direct, nearby }: Found, i: number) => direct[i]! + nearby[i]! >= 0.9;

/** The units that share words with the question, best first; ties in order of position. */
export function rank(question: string, units: readonly Unit[]): RankedUnit[] {
  const focus = focusOf(question);
  const ofFocus = focus?.terms.length ?? 0;
  const known = units.slice(0, MAX_UNITS).map((unit) => ({ unit, set: toTermSet(unit.text) }));
  const sets = known.map(({ set }) => set);
  const asked = withSpellings(termsOf(question, focus?.terms ?? []), sets);
  // Cached: sentences of one passage have the same titles.
  const titles = new Map(known.map(({ unit }) => [unit.about, toTermSet(unit.about)]));
  const found = known.map(({ unit, set }): Found => {
    const title = titles.get(unit.about)!;
    const direct = asked.map((term) =>
      Math.max(presence(term, set), namesKindIn(term.surface, unit.text) ? OF_KIND : 0),
    );
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
  const isSeen = asked.map((_, i) => found.some(({ direct, nearby }) => direct[i]! + nearby[i]! > 0));
  const unseen = sum(asked.map(({ weight }, i) => (isSeen[i] ? 0 : weight * Math.log1p(known.length))));
  const seen = sum(weights.filter((_, i) => isSeen[i]));
  const isMissingWords = unseen > 0;
  const worth = (shares: readonly number[]) => sum(shares.map((share, i) => share * weights[i]!));
  const holdsAnswer = answerTest(question);
  /**
   * "28 days" of everybody are not the days of parents: another word of the question has to be there, too, or in
   * another sentence of its passage and in none that has the focus.
   */
  const hasOther = ({ direct, nearby }: Found) =>
    asked.length === ofFocus || asked.some((_, i) => i >= ofFocus && direct[i]! + nearby[i]! > 0);
  const isOtherWithFocus = known.some(
    ({ unit, set }, i) => hasOther(found[i]!) && focus && hasFocus(focus, set, unit.text),
  );
  const sources = new Set(known.flatMap(({ unit }, i) => (hasOther(found[i]!) ? unit.source : [])));
  const isAboutIt = (of: Found, source: number) =>
    hasOther(of) || (!focus?.isCounted && !isOtherWithFocus && sources.has(source));
  const codes = asked.flatMap(({ kind, surface }, i) =>
    CODES.has(kind) && /\d.*\d/.test(surface) && found.some((of) => hasAt(of, i)) ? i : [],
  );
  const isMail = MAIL.test(question);
  const role = roleTest(question);
  return known
    .map(({ unit, set }, position) => {
      const direct = worth(found[position]!.direct);
      const nearby = worth(found[position]!.nearby);
      // Length normalization: a long sentence has more words by chance.
      const matched = (direct + nearby / 2) / (1 + Math.log1p(set.terms.size / 20));
      const worded = whole ? matched / whole : 0;
      const against = columnsAgainst(question, unit.text).map((column) => toTermSet(column));
      const isAgainst = asked.some((term) => against.some((column) => presence(term, column) > 0));
      const inText = focus && hasFocus(focus, set, unit.text);
      const coverage = whole ? (direct + nearby) / whole : 0;
      const isNear = coverage >= COVERS_ALL || (unit.nearness ?? 0) >= NEAR_FOCUS;
      const isOnFocus =
        inText === null || (!inText && isNear && !focus!.isCounted)
          ? null
          : inText || hasFocus(focus!, titles.get(unit.about)!, unit.heading ?? '');
      const score =
        (isAgainst ? AGAINST : 1) *
        (unit.isTitle && !(isMail && / sent this mail/.test(unit.text)) ? TITLE : 1) *
        (codes.every((i) => hasAt(found[position]!, i)) ? 1 : OTHER_CODE) *
        (inText && isAboutIt(found[position]!, unit.source) ? FOCUS_BONUS : 1) *
        (holdsAnswer?.(unit.text) ? ANSWER_BONUS : 1) *
        (role?.(unit.text) ? ROLE_BONUS : 1) *
        (worded + (unit.nearness ?? 0) * MEANING + (unit.relevance ?? 0) * RELEVANCE);
      const held = found[position]!.direct.map((share, i) => (whole ? (share * weights[i]!) / whole : 0));
      const assured = whole ? (direct + nearby) / (seen + unseen) : 0;
      return { ...unit, position, score, held, isOnFocus, coverage, assured, isMissingWords };
    })
    .filter(({ coverage, nearness = 0 }) => coverage > 0 || nearness >= NEAR)
    .filter(({ text }) => !repeats(text, question))
    .sort((a, b) => b.score - a.score || a.position - b.position);
}

/**
 * Selects the sentences to quote, best first: the best one, and those nearly as good or with words of the question
 * that better ones lack.
 * @param ranked best first, as returned by `rank`
 */
export function choose(ranked: readonly RankedUnit[], limit = 3): RankedUnit[] {
  const chosen = new Map<string, RankedUnit>();
  const best = ranked[0]?.score ?? 0;
  let held: readonly number[] = [];
  for (const unit of ranked) {
    if (chosen.size === limit || unit.score < best * WORTH_ADDING) break;
    const added = sum(unit.held.map((share, i) => Math.max(0, share - (held[i] ?? 0))));
    const isWanted = unit.score >= best * AS_GOOD || added >= ADDS;
    // Neighbouring passages overlap.
    if (!isWanted || chosen.has(unit.text)) continue;
    chosen.set(unit.text, unit);
    held = unit.held.map((share, i) => Math.max(share, held[i] ?? 0));
  }
  return [...chosen.values()];
}

/** The stemmed content words of an English text; the language of single words cannot be detected. */
export const stems = (text: string): ReadonlySet<string> => new Set(documentTerms(text, 'en').terms);

/** The weight of each word of the question: rare words most, and unknown words half of the mean. */
function weigh(terms: readonly { weight: number; count: number }[], texts: number): number[] {
  const worth = terms.map(({ weight, count }) => (count > 0 ? weight * Math.log1p(texts / count) : 0));
  const known = worth.filter((value) => value > 0);
  const mean = known.length > 0 ? sum(known) / known.length : 0;
  return terms.map(({ weight }, i) => worth[i] || (weight * mean) / 2);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
