import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Embeddings } from '../adapters/embeddings/embeddings.js';
import { Logger } from '../common/logger.js';
import { AdvisoryLocks } from '../database/advisory-locks.js';
import { DatabaseStart } from '../database/database-start.js';
import { FilmsRepository } from '../database/repositories/films.repository.js';
import { embedFilms } from './film-embedder.js';
import { IndexLoader } from './index-loader.js';
import { readShippedCatalogue } from './shipped-catalogue.js';

const CHECK_INTERVAL_MS = 60_000;

/** Puts the shipped films into the database, loads the index, and computes missing vectors in the background. */
@Injectable()
export class CatalogueSyncService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private lastRevision = -1;

  constructor(
    private readonly films: FilmsRepository,
    private readonly locks: AdvisoryLocks,
    private readonly embeddings: Embeddings,
    private readonly indexes: IndexLoader,
    private readonly start: DatabaseStart,
    private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.start.run(() => loadShippedFilms(this.films, this.logger));
    // Loaded ahead of the first request; if that fails now, the first request reports the reason.
    this.indexes.current().catch(() => undefined);
    this.check();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.work;
  }

  private check(): void {
    this.work = this.embedNewFilms().finally(() => {
      if (!this.stopping.signal.aborted)
        this.timer = setTimeout(() => this.check(), CHECK_INTERVAL_MS).unref();
    });
  }

  private async embedNewFilms(): Promise<void> {
    try {
      // Read before: changes during the computation are handled in another pass.
      const revision = await this.films.revision();
      if (revision === this.lastRevision) return;
      const { films, locks, embeddings } = this;
      const done = await embedFilms({ films, locks, embeddings }, this.stopping.signal);
      if (done !== null) this.lastRevision = revision;
      if (done) this.logger.info({ films: done }, 'film vectors computed');
    } catch (error) {
      if (!this.stopping.signal.aborted)
        this.logger.warn({ err: error }, 'film vectors could not be computed; retried later');
    }
  }
}

/** Brings the shipped films of this version into the database unless they are there; quick when they are. */
export async function loadShippedFilms(films: FilmsRepository, logger: Pick<Logger, 'info'>): Promise<void> {
  const shipped = await readShippedCatalogue();
  if (await films.hasShipped(shipped.checksum)) return;
  const written = await films.replaceShipped(shipped.films(), shipped.checksum);
  logger.info({ films: written }, 'shipped films loaded');
}
