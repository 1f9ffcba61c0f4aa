import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  lookupIn,
  type FilmLookup,
  type FilmWrite,
  type IndexedFilm,
  type KnownFilm,
  type StoredFilm,
  type UnembeddedFilm,
} from './film-records.js';

/** Only one process at a time computes vectors; any fixed number does. */
const EMBEDDING_LOCK = 7_275_396;

const FIELDS = `id, imdb_id AS "imdbId", title, year, directors, "cast", genres, rating, poster, moods, keywords, plot,
  original_title AS "originalTitle", runtime, age_rating AS "ageRating", language`;

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

/** Films at rest. Every change raises the catalogue's revision in the same transaction. */
@Injectable()
export class FilmsRepository {
  constructor(private readonly source: DataSource) {}

  /** Changes whenever a film has changed; cheap to ask. */
  async revision(): Promise<number> {
    const [state]: { revision: number }[] = await this.source.query(
      'SELECT revision FROM catalogue_state WHERE id = 1',
    );
    return state!.revision;
  }

  /** In the order of the ids; what is not there is left out. */
  async findByIds(ids: readonly string[]): Promise<StoredFilm[]> {
    return this.source.query(
      `SELECT ${FIELDS} FROM films WHERE id = ANY($1::uuid[]) ORDER BY array_position($1::uuid[], id)`,
      [ids],
    );
  }

  /**
   * The films after an id, in the order of their ids.
   * @param model vectors of other models are left out
   */
  async page(afterId: string, limit: number, model: string): Promise<IndexedFilm[]> {
    return this.source.query(
      `SELECT ${FIELDS}, CASE WHEN vector_model = $3 THEN vector END AS vector
       FROM films WHERE id > $1 ORDER BY id LIMIT $2`,
      [afterId, limit, model],
    );
  }

  /**
   * Writes a batch in one transaction.
   * @param decide what to write, given what is there for these films
   * @returns how many were written
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
  async hasShipped(checksum: string): Promise<boolean> {
    const rows: unknown[] = await this.source.query(
      'SELECT 1 FROM catalogue_state WHERE id = 1 AND shipped_checksum = $1',
      [checksum],
    );
    return rows.length > 0;
  }

  /**
   * Makes the shipped films what the shipped files say. Imported films stay as they are.
   * @returns how many films were written; 0 when another process was quicker
   */
  async replaceShipped(films: readonly FilmWrite[], checksum: string): Promise<number> {
    return this.source.transaction(async (manager) => {
      const revision = await nextRevision(manager);
      const [done]: unknown[] = await manager.query(
        'SELECT 1 FROM catalogue_state WHERE id = 1 AND shipped_checksum = $1',
        [checksum],
      );
      if (done) return 0;
      const lookup = lookupIn(await known(manager, films));
      const writes = films.flatMap((film) => {
        const found = lookup(film);
        return found?.origin === 'imported' ? [] : [{ ...film, id: found?.id ?? film.id }];
      });
      await manager.query("DELETE FROM films WHERE origin = 'shipped' AND id <> ALL($1::uuid[])", [
        writes.map((film) => film.id),
      ]);
      await manager.query(WRITE, [asJson(writes), revision]);
      await manager.query('UPDATE catalogue_state SET shipped_checksum = $1 WHERE id = 1', [checksum]);
      return writes.length;
    });
  }

  async countUnembedded(model: string): Promise<number> {
    const [row]: { count: number }[] = await this.source.query(
      `SELECT count(*)::int AS count FROM films WHERE vector_model IS DISTINCT FROM $1 AND plot <> ''`,
      [model],
    );
    return row!.count;
  }

  /** Films that have text but no vector of this model. */
  async unembedded(model: string, limit: number): Promise<UnembeddedFilm[]> {
    return this.source.query(
      `SELECT id, plot, keywords, revision FROM films
       WHERE vector_model IS DISTINCT FROM $1 AND plot <> '' ORDER BY id LIMIT $2`,
      [model, limit],
    );
  }

  /** Stores vectors, except of films whose text has changed since it was read. */
  async storeVectors(
    model: string,
    films: readonly UnembeddedFilm[],
    vectors: readonly Buffer[],
  ): Promise<void> {
    await this.source.transaction(async (manager) => {
      await nextRevision(manager);
      await manager.query(
        `UPDATE films f SET vector = v.vector, vector_model = $1
         FROM unnest($2::uuid[], $3::integer[], $4::bytea[]) AS v (id, revision, vector)
         WHERE f.id = v.id AND f.revision = v.revision`,
        [model, films.map((film) => film.id), films.map((film) => film.revision), vectors],
      );
    });
  }

  /**
   * Runs the work unless some process is already computing vectors.
   * @returns false when one is
   */
  async whileNobodyEmbeds(work: () => Promise<void>): Promise<boolean> {
    const session = this.source.createQueryRunner();
    try {
      const [row]: { held: boolean }[] = await session.query('SELECT pg_try_advisory_lock($1) AS held', [
        EMBEDDING_LOCK,
      ]);
      if (!row!.held) return false;
      try {
        await work();
      } finally {
        await session.query('SELECT pg_advisory_unlock($1)', [EMBEDDING_LOCK]);
      }
      return true;
    } finally {
      await session.release();
    }
  }
}

/** Also the lock under which writers take turns. */
async function nextRevision(manager: EntityManager): Promise<number> {
  const [rows]: [{ revision: number }[], number] = await manager.query(
    'UPDATE catalogue_state SET revision = revision + 1 WHERE id = 1 RETURNING revision',
  );
  return rows[0]!.revision;
}

async function known(
  manager: EntityManager,
  films: readonly Pick<KnownFilm, 'imdbId' | 'titleKey'>[],
): Promise<KnownFilm[]> {
  return manager.query(
    `SELECT ${FIELDS}, title_key AS "titleKey", origin FROM films
     WHERE imdb_id = ANY($1::text[]) OR title_key = ANY($2::text[]) ORDER BY id`,
    [films.flatMap(({ imdbId }) => imdbId ?? []), films.map(({ titleKey }) => titleKey)],
  );
}

const asJson = (films: readonly FilmWrite[]) =>
  JSON.stringify(
    films.map(({ vector, ...film }) => ({
      ...film,
      bytes: vector?.bytes.toString('base64') ?? null,
      model: vector?.model ?? null,
    })),
  );
