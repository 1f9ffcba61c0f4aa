import type { FilmWrite, KnownFilm } from '../../database/repositories/film-records.js';
import type { FilmsRepository } from '../../database/repositories/films.repository.js';
import { filmFrom } from './columns.js';
import { incoming, merged, newFilm, type Incoming } from './merge.js';
import type { Row } from './row.js';

export interface ImportCounts {
  inserted: number;
  updated: number;
  unchanged: number;
  refused: number;
  /** Adult films, which are never recommended. */
  skippedAdult: number;
  /** Films that are not out yet. */
  skippedUnreleased: number;
}

export interface Refusal {
  line: number;
  /** The end of a sentence about the row. */
  reason: string;
  raw: string;
}

export interface ImportWatcher {
  /** After each batch that was committed. */
  progress(counts: ImportCounts): void;
  refused(refusal: Refusal): void | Promise<void>;
}

interface NumberedFilm {
  film: Incoming;
  row: Row;
}

const BATCH = 250;

/**
 * Writes the films of a file into the catalogue, a batch in a transaction. Running it again changes nothing.
 * @param signal stops it after the batch under way
 */
export async function importFilms(
  films: FilmsRepository,
  rows: AsyncIterable<Row>,
  watcher: ImportWatcher,
  signal: AbortSignal,
): Promise<ImportCounts> {
  const counts = { inserted: 0, updated: 0, unchanged: 0, refused: 0, skippedAdult: 0, skippedUnreleased: 0 };
  /** Which line each film came from: the first one counts. */
  const lines = new Map<string, number>();
  const refuse = async ({ line, raw }: Row, reason: string) => {
    counts.refused++;
    await watcher.refused({ line, reason, raw });
  };
  const write = async (batch: readonly NumberedFilm[]) => {
    const doubles: { row: Row; first: number }[] = [];
    await films.write(
      batch.map(({ film }) => film),
      (lookup) => {
        const writes = new Batch();
        for (const { film, row } of batch) {
          const known = writes.find(film) ?? lookup(film);
          const id = known?.id ?? newFilm(film).id;
          const first = lines.get(id);
          if (first !== undefined) {
            doubles.push({ row, first });
            continue;
          }
          lines.set(id, row.line);
          const change = known ? merged(known, film) : newFilm(film);
          if (change) writes.add(change);
          counts[known ? (change ? 'updated' : 'unchanged') : 'inserted']++;
        }
        return writes.films;
      },
    );
    for (const { row, first } of doubles) await refuse(row, `is the same film as line ${first}`);
    watcher.progress({ ...counts });
  };

  let batch: NumberedFilm[] = [];
  for await (const row of rows) {
    if (signal.aborted) return counts;
    const film = 'problem' in row ? { refused: row.problem } : filmFrom(row.record);
    if ('refused' in film) await refuse(row, film.refused);
    else if ('skipped' in film) counts[film.skipped === 'adult' ? 'skippedAdult' : 'skippedUnreleased']++;
    else batch.push({ film: incoming(film), row });
    if (batch.length === BATCH) {
      await write(batch);
      batch = [];
    }
  }
  if (!signal.aborted) await write(batch);
  return counts;
}

/** What a batch is about to write, found again by those that come later in it. */
class Batch {
  readonly films: FilmWrite[] = [];
  private readonly byImdbId = new Map<string, KnownFilm>();
  private readonly byTitle = new Map<string, KnownFilm>();

  add(film: FilmWrite): void {
    this.films.push(film);
    if (film.imdbId) this.byImdbId.set(film.imdbId, film);
    this.byTitle.set(film.titleKey, film);
  }

  find({ imdbId, titleKey }: Incoming): KnownFilm | undefined {
    const namesake = this.byTitle.get(titleKey);
    return (imdbId && this.byImdbId.get(imdbId)) || (namesake?.imdbId && imdbId ? undefined : namesake);
  }
}
