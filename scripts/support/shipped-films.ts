import { Embeddings } from '../../src/adapters/embeddings/embeddings.js';
import { FilmIndex } from '../../src/catalogue/film-index.js';
import { IndexLoader } from '../../src/catalogue/index-loader.js';
import { IndexedFilmCatalogue } from '../../src/catalogue/indexed-film-catalogue.js';
import { otherTitles } from '../../src/catalogue/other-titles.js';
import { readShippedCatalogue } from '../../src/catalogue/shipped-catalogue.js';
import { Logger } from '../../src/common/logger.js';
import { Config } from '../../src/config/config.js';
import type { StoredFilm } from '../../src/database/repositories/film-records.js';
import type { FilmsRepository } from '../../src/database/repositories/films.repository.js';

/**
 * The catalogue that Parley serves without any import, searched as it is in production but read from the shipped files.
 */
export async function shippedFilmCatalogue(embeddings: Embeddings) {
  const films = (await readShippedCatalogue()).films();
  const index = new FilmIndex();
  const others = await otherTitles();
  for (const film of films)
    index.add(film, film.vector ? new Int8Array(film.vector.bytes) : null, others.get(film.imdbId ?? ''));
  const stored = inMemory(films);
  const logger = new Logger(
    new Config({ LOG_LEVEL: 'silent', NODE_ENV: 'test', DATA_DIR: '/tmp', JWT_SECRET: 'x'.repeat(32) }),
  );
  const loader = new LoadedIndex(stored, embeddings, logger, index);
  return { films, index, catalogue: new IndexedFilmCatalogue(stored, loader, embeddings, logger) };
}

/** What the search needs of the repository: films by their ids. */
function inMemory(films: readonly StoredFilm[]): FilmsRepository {
  const byId = new Map(films.map((film) => [film.id, film]));
  const stored: Pick<FilmsRepository, 'findByIds'> = {
    findByIds: async (ids) => ids.flatMap((id) => byId.get(id) ?? []),
  };
  return stored as FilmsRepository;
}

class LoadedIndex extends IndexLoader {
  constructor(
    films: FilmsRepository,
    embeddings: Embeddings,
    logger: Logger,
    private readonly loaded: FilmIndex,
  ) {
    super(films, embeddings, logger);
  }

  override async current(): Promise<FilmIndex> {
    return this.loaded;
  }
}
