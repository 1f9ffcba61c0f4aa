import { Injectable } from '@nestjs/common';
import { Embeddings } from '../adapters/embeddings/embeddings.js';
import { Logger } from '../common/logger.js';
import { FilmsRepository } from '../database/repositories/films.repository.js';
import { FilmIndex } from './film-index.js';
import { otherTitles } from './other-titles.js';

/** More films than this are not searched: they take 2 to 3 KB of memory each. */
const MAX_FILMS = 100_000;
/** Films read and taken in at once: some 15 ms of work between two turns of the event loop. */
const PAGE = 50;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const CHECK_EVERY_MS = 2_000;
/** Loading again and again, as during an import, may take this share of the time. */
const LOADING_SHARE = 0.05;

/** Caches the index of the films in the database: loaded on first use, and again when films have changed. */
@Injectable()
export class IndexLoader {
  private index: FilmIndex | undefined;
  private revision = -1;
  private loading: Promise<FilmIndex> | undefined;
  private nextCheck = 0;

  constructor(
    private readonly films: FilmsRepository,
    private readonly embeddings: Embeddings,
    private readonly logger: Logger,
  ) {}

  /** The index as it is; a newer one is loaded behind the caller's back. Only the first caller waits. */
  async current(): Promise<FilmIndex> {
    if (!this.index) return this.load();
    if (performance.now() >= this.nextCheck && !this.loading) {
      this.nextCheck = performance.now() + CHECK_EVERY_MS;
      this.refresh().catch((error: unknown) =>
        this.logger.warn({ err: error }, 'film index is not refreshed'),
      );
    }
    return this.index;
  }

  /** Loads the index again if films have changed since. */
  async refresh(): Promise<void> {
    if ((await this.films.revision()) !== this.revision) await this.load();
  }

  private load(): Promise<FilmIndex> {
    this.loading ??= this.read().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async read(): Promise<FilmIndex> {
    const started = performance.now();
    // Asked first: what changes while we read is read once more.
    const revision = await this.films.revision();
    const index = new FilmIndex();
    const others = await otherTitles();
    for (let lastId = FIRST_ID; index.size < MAX_FILMS;) {
      const page = await this.films.page(lastId, PAGE, this.embeddings.model);
      for (const { vector, ...film } of page)
        index.add(film, vector && new Int8Array(vector), others.get(film.imdbId ?? ''));
      if (page.length < PAGE) break;
      lastId = page.at(-1)!.id;
    }
    this.index = index;
    this.revision = revision;
    const ms = performance.now() - started;
    this.nextCheck = performance.now() + Math.max(CHECK_EVERY_MS, ms / LOADING_SHARE);
    this.logger.info({ films: index.size, ms: Math.round(ms) }, 'film index loaded');
    if (index.size >= MAX_FILMS)
      this.logger.warn({ films: MAX_FILMS }, 'films beyond this number are not searched');
    return index;
  }
}
