import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Embeddings, EmbeddingsError, toUnitLength } from '../adapters/embeddings/embeddings.js';
import { Logger } from '../common/logger.js';
import { FilmsRepository } from '../database/repositories/films.repository.js';
import { FilmCatalogue, type Film, type FilmFilters, type FilmMatch, type FilmQuery } from './film.js';
import type { FilmIndex, IndexHit } from './film-index.js';
import { filmText } from './film-text.js';
import { IndexLoader } from './index-loader.js';
import { quantise } from '../search/quantise.js';
import { synonymsIn } from './synonyms.js';
import { plainWords } from '../search/words.js';
import { terms } from './words.js';

/** Of a text that is searched for; a description needs no more. */
const MAX_CHARS = 1_000;
/** A query that has not been embedded by then is answered by words. */
const EMBEDDING_MS = 4_000;
/** Embeddings that failed are not tried again for so long. */
const PAUSE_MS = 30_000;
/** Below this nothing is near. Where there are filters, what passes them is near enough. */
const LEAST_CONFIDENCE = 0.02;
/** From this on films hold the only word of a description. */
const HELD = 0.3;
const LEAST_TITLE_CONFIDENCE = 0.4;
const MAX_TITLES = 5;
const MAX_PEOPLE = 3;
/** Weight of a model film beside the words of the request. */
const LIKE_WORDS = 0.3;
const LIKE_MEANING = 0.65;
/** Weight of a synonym beside the word itself. */
const SYNONYM = 0.4;

/** The films of the database, searched in memory: by vectors, words, titles and people. */
@Injectable()
export class IndexedFilmCatalogue extends FilmCatalogue {
  private embedAgainAt = 0;

  constructor(
    private readonly films: FilmsRepository,
    private readonly indexes: IndexLoader,
    private readonly embeddings: Embeddings,
    private readonly logger: Logger,
  ) {
    super();
  }

  async search(query: FilmQuery, signal?: AbortSignal): Promise<FilmMatch[]> {
    const { text: said, like, exceptIds = [], limit, order, ...filters } = query;
    const text = said.slice(0, MAX_CHARS);
    const [index, vector] = await Promise.all([this.indexes.current(), this.meaningOf(text, signal)]);
    const wanted = {
      ...filters,
      limit,
      ...(order && { order }),
      exceptIds: like ? [...exceptIds, like.id] : exceptIds,
      terms: new Map([
        ...(like ? likeTerms(like) : []).map((term) => [term, LIKE_WORDS] as const),
        ...terms(synonymsIn(plainWords(text)).join(' ')).map((term) => [term, SYNONYM] as const),
        ...terms(text).map((term) => [term, 1] as const),
      ]),
      titles: index.titles.find(text),
      vector: like ? await this.nearTo(like, vector, index, signal) : vector && quantise(vector),
    };
    // A single word means little to the vectors of whole plots: the films that hold it are searched first. A number is none.
    const isOneWord = !like && terms(text).length === 1 && /\p{L}/u.test(text);
    const holding = isOneWord ? index.search({ ...wanted, vector: undefined }) : [];
    const isHeld = (holding[0]?.confidence ?? 0) >= HELD;
    const hits = isHeld ? holding : index.search(wanted);
    const least = like || hasFilters(filters) ? 0 : LEAST_CONFIDENCE;
    return this.withFilms(hits.filter((hit) => hit.confidence >= least));
  }

  async count(filters: FilmFilters): Promise<number> {
    return (await this.indexes.current()).count(filters);
  }

  async findByTitle(text: string): Promise<FilmMatch[]> {
    const index = await this.indexes.current();
    const matches = index.titles
      .find(text.slice(0, MAX_CHARS))
      .filter((match) => match.confidence >= LEAST_TITLE_CONFIDENCE);
    return this.withFilms(
      matches
        .slice(0, MAX_TITLES)
        .map(({ doc, confidence, name }) => ({ id: index.idOf(doc), confidence, foundAs: name })),
    );
  }

  async findPeople(text: string): Promise<string[]> {
    return (await this.indexes.current()).people.findIn(text, MAX_PEOPLE);
  }

  async get(id: string): Promise<Film | null> {
    return isUuid(id) ? ((await this.films.findByIds([id]))[0] ?? null) : null;
  }

  private async withFilms(hits: readonly (IndexHit & { foundAs?: string })[]): Promise<FilmMatch[]> {
    const films = new Map(
      (await this.films.findByIds(hits.map((hit) => hit.id))).map((film) => [film.id, film]),
    );
    return hits.flatMap(({ id, ...hit }) => {
      const film = films.get(id);
      return film ? [{ film, ...hit }] : [];
    });
  }

  /** The vector of a film, shifted towards the description. */
  private async nearTo(like: Film, said: Float32Array | undefined, index: FilmIndex, signal?: AbortSignal) {
    const stored = index.vectorOf(like.id);
    const own = stored ? toUnitLength(stored) : await this.meaningOf(filmText(like), signal);
    if (!own || !said) return (own ?? said) && quantise((own ?? said)!);
    return quantise(own.map((value, i) => LIKE_MEANING * value + (1 - LIKE_MEANING) * said[i]!));
  }

  /** @returns undefined when there is nothing to embed or embeddings cannot be had now */
  private async meaningOf(text: string, signal?: AbortSignal): Promise<Float32Array | undefined> {
    signal?.throwIfAborted();
    if (text.trim() === '' || performance.now() < this.embedAgainAt) return undefined;
    const late = AbortSignal.timeout(EMBEDDING_MS);
    try {
      const [vector] = await this.embeddings.embed([text], signal ? AbortSignal.any([signal, late]) : late);
      return vector;
    } catch (error) {
      if (!late.aborted && !(error instanceof EmbeddingsError)) throw error;
      this.embedAgainAt = performance.now() + PAUSE_MS;
      this.logger.warn(
        { err: error },
        'the embeddings server failed: films are searched by words only, for now',
      );
      return undefined;
    }
  }
}

const likeTerms = ({ genres, moods, keywords }: Film) => terms([...genres, ...moods, ...keywords].join(' '));

const hasFilters = (filters: object) =>
  Object.values(filters).some((filter) => (Array.isArray(filter) ? filter.length > 0 : filter !== undefined));
