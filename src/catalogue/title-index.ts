import { FuzzyNames } from '../search/fuzzy-names.js';
import { plainWords } from '../search/words.js';
import { isStopWord } from './words.js';

export interface TitleMatch {
  doc: number;
  /** 0…1: confidence that the text is this title. */
  confidence: number;
}

const NUMBERS: Record<string, string> = Object.fromEntries([
  ...'one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, i) => [word, `${i + 1}`]),
  ...'ii iii iv vi vii viii ix'.split(' ').map((numeral, i) => [numeral, `${[2, 3, 4, 6, 7, 8, 9][i]}`]),
]);
const ARTICLES = new Set(['the', 'a', 'an']);
const LONGEST_TITLE = 12;
/** What a name known only in part, a misspelling or a title inside a sentence is worth at most. */
const ALIAS = 0.93;
const MISSPELT = 0.97;
const EMBEDDED = 0.95;
const BEGINNING = 0.8;
const LEAST_SIMILARITY = 0.7;

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
  private readonly years: number[] = [];

  /** Films are numbered as they come, from 0; all of them come before the first question. */
  add(title: string, year: number, originalTitle: string | null = null): void {
    const doc = this.years.push(year) - 1;
    const key = titleKey(title);
    const original = originalTitle === null ? key : titleKey(originalTitle);
    for (const name of new Set([key, original])) this.file(this.exact, name, doc);
    const aliases = [...aliasesOf(title), ...(originalTitle === null ? [] : aliasesOf(originalTitle))];
    for (const alias of new Set(aliases))
      if (alias !== key && alias !== original) this.file(this.aliases, alias, doc);
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
    return [...this.named(key), ...longer.map((doc) => ({ doc, confidence: BEGINNING }))];
  }

  private named(key: string): TitleMatch[] {
    return [
      ...(this.exact.get(key) ?? []).map((doc) => ({ doc, confidence: 1 })),
      ...(this.aliases.get(key) ?? []).map((doc) => ({ doc, confidence: ALIAS })),
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
        for (const { doc, confidence } of this.named(titleKey(part.join(' '))))
          found.push({ doc, confidence: confidence * EMBEDDED * share });
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
          const sameNumbers = name.replace(/\D/g, '') === wording.replace(/\D/g, '');
          const factor = MISSPELT * ((similarity - 0.4) / 0.6) * (sameNumbers ? 1 : 0.6);
          return this.named(name).map(({ doc, confidence }) => ({ doc, confidence: confidence * factor }));
        }),
      );
  }

  private best(matches: readonly TitleMatch[], year: number | null): TitleMatch[] {
    const byDoc = new Map<number, number>();
    for (const { doc, confidence } of matches) {
      const fits = year === null || Math.abs(this.years[doc]! - year) <= 1;
      const sure = fits ? confidence : confidence * 0.5;
      byDoc.set(doc, Math.max(byDoc.get(doc) ?? 0, sure));
    }
    return [...byDoc]
      .map(([doc, confidence]) => ({ doc, confidence }))
      .sort((a, b) => b.confidence - a.confidence || this.years[b.doc]! - this.years[a.doc]!);
  }
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
