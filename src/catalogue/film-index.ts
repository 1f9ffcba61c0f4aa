import { TopK } from '../search/top-k.js';
import type { Film, FilmFilters, FilmOrder } from './film.js';
import { PeopleIndex } from './people-index.js';
import { Postings } from '../search/postings.js';
import { confidenceOf } from './ranking.js';
import { TitleIndex, type TitleMatch } from './title-index.js';
import { VectorIndex } from '../search/vector-index.js';
import { WordIndex, type WeightedTerms } from './word-index.js';
import { plainWords } from '../search/words.js';

/** A query of an index. The vector is a quantised one of the index's own space. */
export interface IndexQuery extends FilmFilters {
  terms: WeightedTerms;
  vector?: Int8Array;
  titles?: readonly TitleMatch[];
  order?: FilmOrder;
  limit: number;
}

export interface IndexHit {
  id: string;
  confidence: number;
}

/** Evidence for each film, by its number; see `confidenceOf`. */
export interface EvidenceOfAll {
  /** 1 for each film that passes the filters. */
  wanted: Uint8Array;
  coverage: Float32Array;
  meaning: Float32Array;
}

const UNKNOWN_YEAR = 0;
const UNRATED = 0;
const UNKNOWN_RUNTIME = 0;

/**
 * All that is searched of a catalogue, in memory; the films themselves stay outside. Films are added first, a few at a
 * time where the event loop must breathe, and searched after.
 */
export class FilmIndex {
  readonly titles = new TitleIndex();
  readonly people = new PeopleIndex((word) => this.lowerCaseWords.has(word));
  private readonly ids: string[] = [];
  private readonly years: number[] = [];
  private readonly ratings: number[] = [];
  private readonly runtimes: number[] = [];
  private readonly languages: (string | null)[] = [];
  private readonly genres = new Postings();
  private readonly words = new WordIndex();
  private readonly vectors = new VectorIndex();
  /** Words that plots use in lower case: not names, then. */
  private readonly lowerCaseWords = new Set<string>();
  /** What two films that have nothing in common still score. */
  private background: number | undefined;

  get size(): number {
    return this.ids.length;
  }

  /**
   * @param vector quantised, of the same space as all others
   * @param otherTitles titles in other languages
   */
  add(film: Film, vector: Int8Array | null, otherTitles: readonly string[] = []): void {
    const year = film.year ?? UNKNOWN_YEAR;
    for (const genre of film.genres) this.genres.add(genre.toLowerCase(), this.size);
    this.ids.push(film.id);
    this.years.push(year);
    this.ratings.push(film.rating ?? UNRATED);
    this.runtimes.push(film.runtime ?? UNKNOWN_RUNTIME);
    this.languages.push(film.language);
    this.titles.add(film.title, year, film.originalTitle, otherTitles);
    this.people.add(film);
    this.vectors.add(vector);
    this.words.add([
      [film.plot, 1],
      [film.keywords.join(' '), 1.5],
      [film.title, 1],
      [film.genres.join(' '), 0.7],
      [[...film.moods, ...film.cast, ...film.directors].join(' '), 0.5],
    ]);
    for (const [word] of film.plot.matchAll(/(?<![\p{L}\p{N}])\p{Ll}+/gu))
      this.lowerCaseWords.add(plainWords(word)[0]!);
  }

  idOf(doc: number): string {
    return this.ids[doc]!;
  }

  /** The quantised vector of a film, if it has one. */
  vectorOf(id: string): Int8Array | undefined {
    return this.vectors.get(this.ids.indexOf(id));
  }

  /**
   * TopK first. Without terms, vector and titles all that fit the filters are equal: they come in the order asked for, else
   * the better rated first.
   */
  search(query: IndexQuery): IndexHit[] {
    const { wanted, coverage, meaning } = this.evidence(query);
    const titles = new Map(query.titles?.map(({ doc, confidence }) => [doc, confidence]));
    const asksNothing = query.terms.size === 0 && !query.vector && titles.size === 0;
    const best = new TopK<IndexHit>(query.limit);
    const rank = asksNothing && query.order ? this.ranks(query.order) : null;
    for (let doc = 0; doc < this.size; doc++) {
      if (wanted[doc] === 0) continue;
      if (rank) {
        const place = rank(doc);
        if (place !== null) best.offer({ id: this.ids[doc]!, confidence: 0.5 }, place);
        continue;
      }
      const likeness = asksNothing ? 0.5 : confidenceOf(coverage[doc]!, meaning[doc]!);
      const confidence = Math.max(likeness, titles.get(doc) ?? 0);
      // Of equals the better rated film is the likelier one.
      best.offer({ id: this.ids[doc]!, confidence }, confidence + this.ratings[doc]! / 1_000);
    }
    return best.items;
  }

  count(filters: FilmFilters): number {
    return this.wanted(filters).reduce((sum, isWanted) => sum + isWanted, 0);
  }

  evidence(query: Omit<IndexQuery, 'limit' | 'titles'>): EvidenceOfAll {
    const wanted = this.wanted(query);
    const background = (this.background ??= this.vectors.background());
    const meaning = query.vector
      ? this.vectors.cosines(query.vector, wanted).map((cosine) => (cosine - background) / (1 - background))
      : new Float32Array(this.size).fill(NaN);
    return { wanted, coverage: this.words.coverage(query.terms), meaning };
  }

  /** How far ahead a film is in an order; null where what it is sorted by is unknown. */
  private ranks(order: FilmOrder): (doc: number) => number | null {
    const [values, unknown] =
      order === 'oldest' || order === 'newest'
        ? [this.years, UNKNOWN_YEAR]
        : order === 'best' || order === 'worst'
          ? [this.ratings, UNRATED]
          : [this.runtimes, UNKNOWN_RUNTIME];
    const sign = order === 'newest' || order === 'best' || order === 'longest' ? 1 : -1;
    return (doc) => (values[doc] === unknown ? null : sign * values[doc]! + this.ratings[doc]! / 1_000);
  }

  private wanted(query: FilmFilters): Uint8Array {
    const wanted = new Uint8Array(this.size).fill(1);
    const keepOnly = (isKept: (doc: number) => boolean) => {
      for (let doc = 0; doc < wanted.length; doc++) if (!isKept(doc)) wanted[doc] = 0;
    };
    for (const genre of query.genres ?? []) {
      const docs = this.ofGenre(genre);
      keepOnly((doc) => docs.has(doc));
    }
    for (const genre of query.withoutGenres ?? []) for (const doc of this.ofGenre(genre)) wanted[doc] = 0;
    if (query.person) {
      const docs = this.people.filmsOf(query.person);
      keepOnly((doc) => docs.has(doc));
    }
    const { fromYear, toYear } = query;
    if (fromYear !== undefined) keepOnly((doc) => this.years[doc]! >= fromYear);
    if (toYear !== undefined)
      keepOnly((doc) => this.years[doc]! <= toYear && this.years[doc] !== UNKNOWN_YEAR);
    const { language, withoutLanguage, minRating, maxRating } = query;
    if (language !== undefined) keepOnly((doc) => this.languages[doc] === language);
    if (withoutLanguage !== undefined)
      keepOnly((doc) => this.languages[doc] !== null && this.languages[doc] !== withoutLanguage);
    if (minRating !== undefined) keepOnly((doc) => this.ratings[doc]! >= minRating);
    if (maxRating !== undefined)
      keepOnly((doc) => this.ratings[doc]! <= maxRating && this.ratings[doc] !== UNRATED);
    const except = new Set(query.exceptIds);
    if (except.size > 0) keepOnly((doc) => !except.has(this.ids[doc]!));
    return wanted;
  }

  private ofGenre(genre: string): Set<number> {
    const docs = new Set<number>();
    this.genres.forEach(genre.toLowerCase(), (doc) => docs.add(doc));
    return docs;
  }
}
