import type { Provider } from '@nestjs/common';
import { FilmCatalogue } from '../film.js';
import { CatalogueKeeper } from './catalogue-keeper.js';
import { IndexLoader } from './index-loader.js';
import { IndexedFilmCatalogue } from './indexed-film-catalogue.js';

/** `FilmCatalogue` and what keeps it. They need the database's, the embeddings' and the configuration's modules. */
export const catalogueProviders: Provider[] = [
  IndexLoader,
  CatalogueKeeper,
  { provide: FilmCatalogue, useClass: IndexedFilmCatalogue },
];
