/** Adds the films of a CSV, JSON or JSON Lines file to the catalogue: `npm run catalogue:import FILE`. */
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createEmbeddings } from '../src/adapters/embeddings/create-embeddings.js';
import { EmbeddingsError } from '../src/adapters/embeddings/embeddings.js';
import { loadShippedFilms } from '../src/catalogue/catalogue-sync.service.js';
import { embedFilms, type FilmEmbedder } from '../src/catalogue/film-embedder.js';
import { ImportFileError } from '../src/catalogue/import/import-file-error.js';
import { importFilms } from '../src/catalogue/import/import-films.js';
import { openRows } from '../src/catalogue/import/read-rows.js';
import { Logger } from '../src/common/logger.js';
import { Config } from '../src/config/config.js';
import { SettingError } from '../src/config/env.js';
import { AdvisoryLocks } from '../src/database/advisory-locks.js';
import { openDatabase } from '../src/database/data-source.js';
import { FilmsRepository } from '../src/database/repositories/films.repository.js';
import { EmbeddedError } from '../src/embedded/embedded-error.js';
import { databaseOf } from './support/database-of.js';
import { startProgress } from './support/progress.js';
import { rateAndRest } from './support/rate.js';
import { Refusals } from './support/refusals.js';

const USAGE = `Usage: npm run catalogue:import -- FILE [--no-vectors]
  FILE          CSV, JSON or JSON Lines; the columns of TMDB, Kaggle, IMDb, OMDb and MovieLens are known
  --no-vectors  leave the vectors to Parley, which computes them in the background
Running it again goes on where it was stopped: what is there already is not written or computed twice.`;
/** A batch may wait for another import's. */
const STATEMENT_MS = 60_000;

const interrupted = new AbortController();
process.on('SIGINT', () => {
  if (interrupted.signal.aborted) process.exit(130);
  console.log('\nStopping; films written so far are kept. Press again to exit at once.');
  interrupted.abort();
});

try {
  process.exitCode = await main();
} catch (error) {
  const isForPeople =
    error instanceof SettingError || error instanceof EmbeddedError || error instanceof ImportFileError;
  if (!isForPeople) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const asked = readArguments();
  if (!asked) return (console.error(USAGE), 1);
  const info = await stat(asked.file).catch(() => null);
  if (!info?.isFile()) return (console.error(`${asked.file} is not a file that can be read.`), 1);

  const config = new Config({ LOG_LEVEL: 'warn', ...process.env });
  const database = await databaseOf(config);
  try {
    const source = await openDatabase({ url: database.url, pool: 3, deadline: STATEMENT_MS });
    try {
      const films = new FilmsRepository(source);
      await loadShippedFilms(films, new Logger(config));
      await importFile(films, asked.file, info.size);
      if (asked.vectors && !interrupted.signal.aborted)
        await computeVectors({ films, locks: new AdvisoryLocks(source) }, config);
    } finally {
      await source.destroy();
    }
  } finally {
    await database.close();
  }
  return interrupted.signal.aborted ? 130 : 0;
}

function readArguments(): { file: string; vectors: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'no-vectors': { type: 'boolean', default: false } },
    });
    const [file, ...others] = positionals;
    return file && others.length === 0 ? { file, vectors: !values['no-vectors'] } : null;
  } catch {
    return null;
  }
}

async function importFile(films: FilmsRepository, file: string, size: number): Promise<void> {
  const { rows, bytesRead } = openRows(file);
  const refusals = new Refusals(file);
  const progress = startProgress('Films', size);
  const counts = await importFilms(
    films,
    rows,
    {
      refused: (refusal) => refusals.add(refusal),
      progress: ({ inserted, updated, unchanged, refused }) =>
        progress.update(bytesRead(), `${inserted + updated + unchanged} read, ${refused} refused`),
    },
    interrupted.signal,
  );
  progress.end();
  for (const line of await refusals.report()) console.log(line);
  const { inserted, updated, unchanged, refused, skippedAdult, skippedUnreleased } = counts;
  console.log(`${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${refused} refused`);
  if (skippedAdult + skippedUnreleased > 0)
    console.log(`Left out: ${skippedAdult} adult films, ${skippedUnreleased} that are not released yet`);
}

/** Never fails the import: missing vectors are computed by Parley, or by running this again. */
async function computeVectors(
  { films, locks }: Pick<FilmEmbedder, 'films' | 'locks'>,
  config: Config,
): Promise<void> {
  const embeddings = createEmbeddings(config, new Logger(config));
  const total = await films.countUnembedded(embeddings.model);
  if (total === 0) return;
  const progress = startProgress('Vectors', total);
  const started = performance.now();
  try {
    const done = await embedFilms({ films, locks, embeddings }, interrupted.signal, (state) =>
      progress.update(
        state.done,
        `${state.done} of ${state.total}, ${rateAndRest(state.done, state.total, performance.now() - started)}`,
      ),
    );
    progress.end();
    console.log(
      done === null
        ? 'Another process is computing vectors; it will include these.'
        : `${done} vectors computed`,
    );
  } catch (error) {
    progress.end();
    if (error instanceof EmbeddingsError)
      console.log(`Vectors were not computed; the server will compute them: ${error.message}`);
    else if (!interrupted.signal.aborted) throw error;
  }
}
