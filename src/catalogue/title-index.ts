import { FuzzyNames } from '../search/spelling/fuzzy-names.js';
import { plainWords } from '../search/words.js';
import { isStopWord } from './words.js';

export interface TitleMatch {
  doc: number;
  /** 0…1: confidence that the text is this title. */
  confidence: number;
  /** The name it was found by, as a key. */
  name: string;
}

const NUMBERS: Record<string, string> = Object.fromEntries([
  ...'one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, i) => [word, `${i + 1}`]),
  ...'ii iii iv vi vii viii ix'.split(' ').map((numeral, i) => [numeral, `${[2, 3, 4, 6, 7, 8, 9][i]}`]),
]);
const ARTICLES = new Set(['the', 'a', 'an']);
/** Left out by many who name a film in another language. */
const FOREIGN_ARTICLES = new Set(
  'der die das ein eine le la les un une l el los las il lo i gli o a os as um uma'.split(' '),
);
const LONGEST_TITLE = 12;
/** What a name known only in part, a misspelling or a title inside a sentence is worth at most. */
const ALIAS = 0.93;
const MISSPELT = 0.97;
const EMBEDDED = 0.95;
const BEGINNING = 0.8;
const LEAST_SIMILARITY = 0.7;
/** In another language a text that is only somewhat like a title is more often another title. */
const LEAST_SIMILARITY_FOREIGN = 0.88;

/** A title as it is compared: plain words, numbers as digits, "&" as "and", no leading article. */
export function titleKey(title: string): string {
  const [first, ...rest] = plainWords(title.replaceAll('&', ' and '));
  const kept = first && ARTICLES.has(first) && rest.length > 0 ? rest : first ? [first, ...rest] : [];
  return kept.map((word) => NUMBERS[word] ?? word).join(' ');
}

/** Finds films by title. */
export class TitleIndex {
  private readonly exact = new Map<string, number[]>();
  private readonly aliases = new Map<string, number[]>();
  /** By the first two words of a longer title. */
  private readonly beginnings = new Map<string, number[]>();
  private readonly fuzzy = new FuzzyNames();
  /** Names that are only known in other languages. */
  private readonly foreign = new Set<string>();
  private readonly years: number[] = [];

  /** Films are numbered as they come, from 0; all of them come before the first question. */
  add(
    title: string,
    year: number,
    originalTitle: string | null = null,
    otherTitles: readonly string[] = [],
  ): void {
    const doc = this.years.push(year) - 1;
    const key = titleKey(title);
    const original = originalTitle === null ? key : titleKey(originalTitle);
    for (const name of new Set([key, original])) this.file(this.exact, name, doc);
    const others = otherTitles.flatMap((other) => withoutArticle(titleKey(other)));
    const aliases = [
      ...aliasesOf(title),
      ...(originalTitle === null ? [] : aliasesOf(originalTitle)),
      ...others,
    ];
    for (const alias of new Set(aliases))
      if (alias !== key && alias !== original) this.file(this.aliases, alias, doc);
    for (const other of others) this.foreign.add(other);
    const pair = key.split(' ', 2).join(' ');
    if (pair !== key && pair.includes(' ')) append(this.beginnings, pair, doc);
  }

  /** Best first, each film once. */
  find(text: string): TitleMatch[] {
    const { title, year } = splitYear(text);
    const spoken = plainWords(title.replaceAll('&', ' and '));
    const found = [...this.called(titleKey(title)), ...this.inside(spoken)];
    if (found.every((match) => match.confidence < ALIAS)) found.push(...this.nearly(spoken));
    return this.best(found, year);
  }

  private file(names: Map<string, number[]>, key: string, doc: number): void {
    if (key === '') return;
    if (!this.exact.has(key) && !this.aliases.has(key)) this.fuzzy.add(key);
    append(names, key, doc);
  }

  /** Films of exactly this name, and those whose longer name begins with these two words ("Harry Potter"). */
  private called(key: string): TitleMatch[] {
    const longer = this.beginnings.get(key) ?? [];
    return [...this.named(key), ...longer.map((doc) => ({ doc, confidence: BEGINNING, name: key }))];
  }

  private named(key: string): TitleMatch[] {
    return [
      ...(this.exact.get(key) ?? []).map((doc) => ({ doc, confidence: 1, name: key })),
      ...(this.aliases.get(key) ?? []).map((doc) => ({ doc, confidence: ALIAS, name: key })),
    ];
  }

  /** Titles that a longer text mentions: the larger the title's share of it, the higher the confidence. */
  private inside(spoken: readonly string[]): TitleMatch[] {
    const weight = (part: readonly string[]) => part.filter((word) => !isStopWord(word)).length;
    const whole = weight(spoken);
    const found: TitleMatch[] = [];
    for (let from = 0; from < spoken.length; from++) {
      for (let to = from + 1; to <= Math.min(spoken.length, from + LONGEST_TITLE); to++) {
        const part = spoken.slice(from, to);
        if (part.length === spoken.length) continue;
        // A title of stop words ("Her", "Up") counts only where there is no other word, and at the end.
        const share = whole === 0 ? (to === spoken.length ? 1 : 0) : weight(part) / whole;
        if (share < 0.5) continue;
        for (const { doc, confidence, name } of this.named(titleKey(part.join(' '))))
          found.push({ doc, confidence: confidence * EMBEDDED * share, name });
      }
    }
    return found;
  }

  /** Titles spelt nearly like the text, with and without the small words around it. */
  private nearly(spoken: readonly string[]): TitleMatch[] {
    if (spoken.length > LONGEST_TITLE) return [];
    const from = spoken.findIndex((word) => !isStopWord(word));
    const to = spoken.findLastIndex((word) => !isStopWord(word));
    if (from < 0) return [];
    const wordings = new Set([titleKey(spoken.join(' ')), titleKey(spoken.slice(from, to + 1).join(' '))]);
    return [...wordings]
      .filter((wording) => wording.length >= 4)
      .flatMap((wording) =>
        this.fuzzy.near(wording, LEAST_SIMILARITY, 10).flatMap(({ name, similarity }) => {
          if (this.foreign.has(name) && !this.exact.has(name) && similarity < LEAST_SIMILARITY_FOREIGN)
            return [];
          const sameNumbers = name.replace(/\D/g, '') === wording.replace(/\D/g, '');
          const factor = MISSPELT * ((similarity - 0.4) / 0.6) * (sameNumbers ? 1 : 0.6);
          return this.named(name).map((match) => ({ ...match, confidence: match.confidence * factor }));
        }),
      );
  }

  private best(matches: readonly TitleMatch[], year: number | null): TitleMatch[] {
    const byDoc = new Map<number, TitleMatch>();
    for (const match of matches) {
      const fits = year === null || Math.abs(this.years[match.doc]! - year) <= 1;
      const confidence = fits ? match.confidence : match.confidence * 0.5;
      if (confidence > (byDoc.get(match.doc)?.confidence ?? 0))
        byDoc.set(match.doc, { ...match, confidence });
    }
    return [...byDoc.values()].sort(
      (a, b) => b.confidence - a.confidence || this.years[b.doc]! - this.years[a.doc]!,
    );
  }
}

/** The key, and what is left of it without an article of its language. */
function withoutArticle(key: string): string[] {
  const [first = '', ...rest] = key.split(' ');
  return FOREIGN_ARTICLES.has(first) && rest.length > 1 ? [key, rest.join(' ')] : [key];
}

function append(lists: Map<string, number[]>, key: string, doc: number): void {
  const list = lists.get(key);
  if (list) list.push(doc);
  else lists.set(key, [doc]);
}

/** "Heat (1995)" and "Heat 1995" are a title and a year; "1917" and "Blade Runner 2049" only look so. */
function splitYear(text: string): { title: string; year: number | null } {
  const [, title, year] = /^(.*\S)\s*[\s(,]((?:18|19|20)\d\d)\)?\s*$/s.exec(text) ?? [];
  return title && year && Number(year) <= new Date().getFullYear() + 1
    ? { title, year: Number(year) }
    : { title: text, year: null };
}

/** Digits that titles write for letters, as in "Se7en". */
const LETTER_OF: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 'v' };

/** Other names a film goes by: what stands before or after a colon or dash, and "Se7en" as it is pronounced. */
function aliasesOf(title: string): string[] {
  const parts = title.split(/\s+or:|:\s|\s[-–]\s|\svol\.\s/i).map((part) => part.trim());
  const said = title.replace(/(?<=\p{L})\d(?=\p{L})/gu, (digit) => LETTER_OF[digit] ?? digit);
  const names = [...(parts.length > 1 ? parts : []), ...(said === title ? [] : [said])];
  return names.map(titleKey).filter((key) => key !== '' && !key.startsWith('episode'));
}
