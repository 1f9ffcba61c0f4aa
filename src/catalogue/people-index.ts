import { FuzzyNames } from '../search/spelling/fuzzy-names.js';
import { Postings } from '../search/postings.js';
import { plainWords } from '../search/words.js';
import { isStopWord } from './words.js';

/** Credits of one film. */
export interface Credits {
  directors: readonly string[];
  cast: readonly string[];
}

const LEAST_SIMILARITY = 0.78;
const UNCUED_SIMILARITY = 0.85;
const SHORTEST_CORRECTED = 6;
const LONGEST_NAME = 4;
/** A text of at most so many words that mean something may name someone by surname alone. */
const BRIEF = 3;
/** Before these no surname stands alone: "New York", "San Francisco". */
const PLACES = new Set(['new', 'san', 'los', 'saint', 'st', 'north', 'south', 'east', 'west', 'central']);
/** Of a text that is searched for names; each may take a fraction of a millisecond. */
const MAX_WORDS = 80;
/** After these a single surname is a person's, even where it is also a word ("by Stone", "with Black"). */
const CUES = new Set([
  'by',
  'with',
  'starring',
  'director',
  'directed',
  'actor',
  'actress',
  'stars',
  'featuring',
]);

/** Finds people by name, and films by person. People are known by their names in plain words. */
export class PeopleIndex {
  /** As the catalogue spells them. */
  private readonly spelling = new Map<string, string>();
  private readonly bySurname = new Map<string, string[]>();
  private readonly films = new Postings();
  private readonly fuzzy = new FuzzyNames();
  private readonly fuzzySurnames = new FuzzyNames();
  private docs = 0;

  /** @param isWord whether films use a word for something other than a name */
  constructor(private readonly isWord: (word: string) => boolean) {}

  /** Films are numbered as they come, from 0; all of them come before the first question. */
  add({ directors, cast }: Credits): void {
    const names = new Map([...directors, ...cast].map((name) => [plainWords(name).join(' '), name]));
    names.delete('');
    for (const [person, name] of names) {
      if (!this.spelling.has(person)) this.meet(person, name);
      this.films.add(person, this.docs);
    }
    this.docs++;
  }

  /** People named in a text, in its order. */
  findIn(text: string, limit: number): string[] {
    const spoken = plainWords(text).slice(0, MAX_WORDS);
    // In a longer text a lone surname is more often a word or a place: "New York", "an egg hatches".
    const isBrief = spoken.filter((word) => !isStopWord(word)).length <= BRIEF;
    const found = new Set<string>();
    for (let from = 0; from < spoken.length;) {
      const { people, length } = this.namedAt(spoken, from, isBrief);
      for (const person of people) found.add(this.spelling.get(person)!);
      from += length;
    }
    return [...found].slice(0, limit);
  }

  /** The films of whoever a name may mean: of all the Andersons when only the surname is given. */
  filmsOf(name: string): Set<number> {
    const person = plainWords(name).join(' ');
    const people = this.spelling.has(person)
      ? [person]
      : (this.bySurname.get(person) ?? this.misspelt(person));
    const docs = new Set<number>();
    for (const one of people) this.films.forEach(one, (doc) => docs.add(doc));
    return docs;
  }

  private meet(person: string, name: string): void {
    this.spelling.set(person, name);
    this.fuzzy.add(person);
    const surname = person.slice(person.lastIndexOf(' ') + 1);
    const namesakes = this.bySurname.get(surname);
    if (namesakes) namesakes.push(person);
    else this.bySurname.set(surname, [person]);
    if (!namesakes && surname.length >= SHORTEST_CORRECTED) this.fuzzySurnames.add(surname);
  }

  /** Whoever has most films of those with a surname. */
  private bestKnown(surname: string): string[] {
    const people = this.bySurname.get(surname) ?? [];
    const [first, ...others] = people;
    return first === undefined
      ? []
      : [others.reduce((best, one) => (this.films.count(one) > this.films.count(best) ? one : best), first)];
  }

  /** Who is named from this word on, and how many words that takes. */
  private namedAt(
    spoken: readonly string[],
    from: number,
    isBrief: boolean,
  ): { people: string[]; length: number } {
    for (let length = Math.min(LONGEST_NAME, spoken.length - from); length >= 2; length--) {
      const person = spoken.slice(from, from + length).join(' ');
      if (this.spelling.has(person)) return { people: [person], length };
    }
    for (const length of [3, 2]) {
      const part = spoken.slice(from, from + length);
      if (part.length < length || isStopWord(part[0]!) || isStopWord(part.at(-1)!)) continue;
      // Else every "young man" were a "Young Mann".
      if (part.every((word) => this.isWord(word))) continue;
      const people = this.misspelt(part.join(' '));
      if (people.length > 0) return { people, length };
    }
    return { people: this.bySurnameAt(spoken, from, isBrief), length: 1 };
  }

  private bySurnameAt(spoken: readonly string[], from: number, isBrief: boolean): string[] {
    const word = spoken[from]!;
    if (word.length < 3 || isStopWord(word)) return [];
    const isCued = from > 0 && CUES.has(spoken[from - 1]!);
    if (!isCued && (!isBrief || this.isWord(word) || PLACES.has(spoken[from - 1] ?? ''))) return [];
    if (this.bySurname.has(word)) return this.bestKnown(word);
    if (this.isWord(word) || word.length < SHORTEST_CORRECTED) return [];
    const [near] = this.fuzzySurnames.near(word, isCued ? LEAST_SIMILARITY : UNCUED_SIMILARITY, 1);
    return near ? this.bestKnown(near.name) : [];
  }

  private misspelt(person: string): string[] {
    return this.fuzzy.near(person, LEAST_SIMILARITY, 1).map(({ name }) => name);
  }
}
