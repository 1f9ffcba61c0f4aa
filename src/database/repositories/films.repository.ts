import { Injectable } from '@nestjs/common';
import { Any, DataSource, MoreThan, Not, Raw, type EntityManager, type Repository } from 'typeorm';
import { CatalogueState } from '../entities/catalogue-state.entity.js';
import { FilmRow } from '../entities/film.entity.js';
import {
  FILM_FIELDS,
  lookupIn,
  type FilmLookup,
  type FilmWrite,
  type IndexedFilm,
  type KnownFilm,
  type StoredFilm,
  type UnembeddedFilm,
} from './film-records.js';

/** Films per statement. */
const AT_ONCE = 500;

/** $1 films as a JSON array of `FilmWrite` with the bytes of vectors in Base64, $2 the catalogue's revision. */
const WRITE = `
  INSERT INTO films AS f (id, imdb_id, title, title_key, year, directors, "cast", genres, rating, poster, moods,
    keywords, plot, original_title, runtime, age_rating, language, origin, revision, vector, vector_model)
  SELECT w.id, w."imdbId", w.title, w."titleKey", w.year, w.directors, w."cast", w.genres, w.rating, w.poster, w.moods,
    w.keywords, w.plot, w."originalTitle", w.runtime, w."ageRating", w.language, w.origin, $2, decode(w.bytes, 'base64'), w.model
  FROM jsonb_to_recordset($1::jsonb) AS w (id uuid, "imdbId" text, title text, "titleKey" text, year integer,
    directors text[], "cast" text[], genres text[], rating real, poster text, moods text[], keywords text[], plot text,
    "originalTitle" text, runtime integer, "ageRating" text, language text, origin text, bytes text, model text)
  ON CONFLICT (id) DO UPDATE SET
    imdb_id = excluded.imdb_id, title = excluded.title, title_key = excluded.title_key, year = excluded.year,
    directors = excluded.directors, "cast" = excluded."cast", genres = excluded.genres, rating = excluded.rating,
    poster = excluded.poster, moods = excluded.moods, keywords = excluded.keywords, plot = excluded.plot,
    original_title = excluded.original_title, runtime = excluded.runtime, age_rating = excluded.age_rating,
    language = excluded.language,
    origin = excluded.origin, revision = excluded.revision,
    vector = CASE WHEN kept THEN f.vector ELSE excluded.vector END,
    vector_model = CASE WHEN kept THEN f.vector_model ELSE excluded.vector_model END`.replaceAll(
  'kept',
  '(excluded.vector IS NULL AND f.plot = excluded.plot AND f.keywords = excluded.keywords)',
);

/** Stored films. Every change increments the catalogue's revision in the same transaction. */
@Injectable()
export class FilmsRepository {
  private readonly films: Repository<FilmRow>;
  private readonly states: Repository<CatalogueState>;

  constructor(private readonly source: DataSource) {
    this.films = source.getRepository(FilmRow);
    this.states = source.getRepository(CatalogueState);
  }

  /** Revision of the catalogue, changed by every write; cheap to read. */
  async revision(): Promise<number> {
    return (await this.states.findOneByOrFail({ id: 1 })).revision;
  }

  /** In the order of the ids; nonexistent films are omitted. */
  async findByIds(ids: readonly string[]): Promise<StoredFilm[]> {
    const films = await this.films.find({ where: { id: Any(ids) }, select: FILM_FIELDS });
    const byId = new Map(films.map((film) => [film.id, film]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** Films after an id, in order of id. @param model vectors of other models are omitted */
  async page(afterId: string, limit: number, model: string): Promise<IndexedFilm[]> {
    const films = await this.films.find({
      where: { id: MoreThan(afterId) },
      select: { ...FILM_FIELDS, vector: true, vectorModel: true },
      order: { id: 'ASC' },
      take: limit,
    });
    return films.map((film) => (film.vectorModel === model ? film : { ...film, vector: null }));
  }

  /**
   * Writes a batch in one transaction.
   * @param decide returns the films to write, given the stored ones
   * @returns number of films written
   */
  async write(
    films: readonly Pick<KnownFilm, 'imdbId' | 'titleKey'>[],
    decide: (lookup: FilmLookup) => FilmWrite[],
  ): Promise<number> {
    return this.source.transaction(async (manager) => {
      const revision = await nextRevision(manager);
      const writes = decide(lookupIn(await known(manager, films)));
      if (writes.length > 0) await manager.query(WRITE, [asJson(writes), revision]);
      return writes.length;
    });
  }

  /** True when the shipped files with this checksum have been loaded. */
  hasShipped(checksum: string): Promise<boolean> {
    return this.states.existsBy({ id: 1, shippedChecksum: checksum });
  }

  /**
   * Synchronizes the shipped films with the shipped files. Imported films are unchanged.
   * @returns number of films written; 0 when another process did it
   */
  async replaceShipped(films: readonly FilmWrite[], checksum: string): Promise<number> {
    return this.source.transaction(async (manager) => {
      const revision = await nextRevision(manager);
      if (await manager.existsBy(CatalogueState, { id: 1, shippedChecksum: checksum })) return 0;
      const lookup = lookupIn(await known(manager, films));
      const writes = films.flatMap((film) => {
        const found = lookup(film);
        return found?.origin === 'imported' ? [] : [{ ...film, id: found?.id ?? film.id }];
      });
      const kept = Any(writes.map((film) => film.id));
      await manager.delete(FilmRow, { origin: 'shipped', id: Not(kept) });
      // In batches: a single statement can exceed its deadline on a busy machine.
      for (let from = 0; from < writes.length; from += AT_ONCE)
        await manager.query(WRITE, [asJson(writes.slice(from, from + AT_ONCE)), revision]);
      await manager.update(CatalogueState, { id: 1 }, { shippedChecksum: checksum });
      return writes.length;
    });
  }

  countUnembedded(model: string): Promise<number> {
    return this.films.countBy(lacksVectorOf(model));
  }

  /** Films that have text but no vector of this model. */
  unembedded(model: string, limit: number): Promise<UnembeddedFilm[]> {
    return this.films.find({
      where: lacksVectorOf(model),
      select: { id: true, plot: true, keywords: true, revision: true },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** Stores vectors, except for films whose text has changed meanwhile. */
  async storeVectors(
    model: string,
    films: readonly UnembeddedFilm[],
    vectors: readonly Buffer[],
  ): Promise<void> {
    await this.source.transaction(async (manager) => {
      await nextRevision(manager);
      // $1 the model, $2 to $4 id, revision and vector of each film
      await manager.query(
        `UPDATE films f SET vector = v.vector, vector_model = $1
         FROM unnest($2::uuid[], $3::integer[], $4::bytea[]) AS v (id, revision, vector)
         WHERE f.id = v.id AND f.revision = v.revision`,
        [model, films.map((film) => film.id), films.map((film) => film.revision), vectors],
      );
    });
  }
}

/** Also serializes writers. */
async function nextRevision(manager: EntityManager): Promise<number> {
  const { raw } = await manager
    .createQueryBuilder()
    .update(CatalogueState)
    .set({ revision: () => 'revision + 1' })
    .where({ id: 1 })
    .returning(['revision'])
    .execute();
  return (raw as [CatalogueState])[0].revision;
}

const lacksVectorOf = (model: string) => ({
  vectorModel: Raw((column) => `${column} IS DISTINCT FROM :model`, { model }),
  plot: Not(''),
});

const known = (
  manager: EntityManager,
  films: readonly Pick<KnownFilm, 'imdbId' | 'titleKey'>[],
): Promise<KnownFilm[]> =>
  manager.find(FilmRow, {
    where: [
      { imdbId: Any(films.flatMap(({ imdbId }) => imdbId ?? [])) },
      { titleKey: Any(films.map(({ titleKey }) => titleKey)) },
    ],
    select: { ...FILM_FIELDS, titleKey: true, origin: true },
    order: { id: 'ASC' },
  });

const asJson = (films: readonly FilmWrite[]) =>
  JSON.stringify(
    films.map(({ vector, ...film }) => ({
      ...film,
      bytes: vector?.bytes.toString('base64') ?? null,
      model: vector?.model ?? null,
    })),
  );
