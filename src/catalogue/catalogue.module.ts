import { Module } from '@nestjs/common';
import { EmbeddingsModule } from '../adapters/embeddings/embeddings.module.js';
import { CatalogueSyncService } from './catalogue-sync.service.js';
import { FilmCatalogue } from './film.js';
import { IndexLoader } from './index-loader.js';
import { IndexedFilmCatalogue } from './indexed-film-catalogue.js';

/** Films at rest: index, search, import. */
@Module({
  imports: [EmbeddingsModule],
  providers: [IndexLoader, CatalogueSyncService, { provide: FilmCatalogue, useClass: IndexedFilmCatalogue }],
  exports: [FilmCatalogue],
})
export class CatalogueModule {}
