import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { NIL } from 'uuid';
import { Logger } from '../../common/logger.js';
import { AdvisoryLocks } from '../../database/advisory-locks.js';
import type { EmbeddingIndex } from '../../database/entities/embedding-index.entity.js';
import { EmbeddingIndexesRepository } from '../../database/repositories/documents/embedding-indexes.repository.js';
import { IndexedDocumentsRepository } from '../../database/repositories/documents/indexed-documents.repository.js';
import { cacheKeysOf } from '../chunk-embedder.js';
import { failureReason } from '../failure-reason.js';
import { DocumentAdder } from './document-adder.js';
import { EmbeddingIndexes, type DocumentIndex } from './embedding-indexes.js';
import { checkIndex } from './index-check.js';

/** Documents looked up at once. */
const PAGE = 50;
/** So many documents failing one after the other mean that the next would, too. */
const MAX_FAILURES = 3;

/** How the documents of one pass went. */
interface Pass {
  added: number;
  /** Why the last one that failed did. */
  error: string | null;
}

/**
 * Adds to each index the documents that it lacks, beside the normal work, and makes the requested one the active one
 * when it is complete. One process at a time does so; results are stored document by document, and the vectors of a
 * document batch by batch, so that another worker continues from there after a crash.
 */
@Injectable()
export class IndexBuilder implements OnModuleDestroy {
  private readonly leaving = new AbortController();
  private running = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly indexes: EmbeddingIndexes,
    private readonly rows: EmbeddingIndexesRepository,
    private readonly documents: IndexedDocumentsRepository,
    private readonly adder: DocumentAdder,
    private readonly locks: AdvisoryLocks,
    private readonly logger: Logger,
  ) {}

  /** Brings every index up to date. Calls that wait for their turn share one. Never fails. */
  build(): Promise<void> {
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return (this.running = this.buildAll());
    });
    return this.next;
  }

  async onModuleDestroy(): Promise<void> {
    this.leaving.abort(new Error('The worker is shutting down.'));
    await this.running;
  }

  private async buildAll(): Promise<void> {
    const { signal } = this.leaving;
    if (signal.aborted) return;
    try {
      await this.locks.whileAlone('embedding-indexes', async () => {
        const rows = await this.rows.list();
        for (const { model } of rows.filter(({ purgeRequestedAt }) => purgeRequestedAt))
          await this.purge(model);
        const kept = rows.filter(({ purgeRequestedAt }) => !purgeRequestedAt);
        // The one that is waited for comes first.
        const requested = kept.filter(({ requestedAt }) => requestedAt);
        for (const row of new Set([...requested, ...kept])) await this.catchUp(row);
        return true;
      });
    } catch (error) {
      if (!signal.aborted)
        this.logger.warn({ err: error }, 'the indexes could not be built; the next sweep continues');
    }
  }

  /** Deletes an index that was discarded. */
  private async purge(model: string): Promise<void> {
    const { embeddings, store } = this.indexes.of(model);
    await store.clear();
    await this.rows.forget(model, cacheKeysOf(embeddings.model));
    this.logger.info({ model }, 'the index of an embedding model is deleted');
  }

  private async catchUp(row: EmbeddingIndex): Promise<void> {
    const { model } = row;
    const index = this.indexes.of(model);
    try {
      let checked: boolean = row.skipCheck;
      for (;;) {
        const { added, error } = await this.addMissing(index);
        await this.note(row, error);
        if (!row.requestedAt || error) return;
        if (!checked && !(await this.check(index))) return;
        checked = true;
        if (await this.rows.activate(model)) return await this.announce(index);
        // A document has come in meanwhile; one that another worker holds comes up at the next sweep.
        if (added === 0) return;
      }
    } catch (error) {
      this.leaving.signal.throwIfAborted();
      await this.note(row, failureReason(error));
      this.logger.warn({ err: error, model }, 'an index could not be built; the next sweep continues');
    }
  }

  private async addMissing(index: DocumentIndex): Promise<Pass> {
    const { model } = index.embeddings;
    const pass: Pass = { added: 0, error: null };
    let failures = 0;
    for (let after: string = NIL; ;) {
      const page = await this.documents.missing(model, after, PAGE);
      for (const document of page) {
        this.leaving.signal.throwIfAborted();
        try {
          if (await this.adder.add(index, document, this.leaving.signal)) pass.added++;
          failures = 0;
        } catch (error) {
          this.leaving.signal.throwIfAborted();
          pass.error = `“${document.filename}”: ${failureReason(error)}`;
          if (++failures === MAX_FAILURES) return pass;
        }
      }
      if (page.length < PAGE) return pass;
      after = page.at(-1)!.attachmentId;
    }
  }

  /** An index that fails is not asked for again: it would fail every time. */
  private async check(index: DocumentIndex): Promise<boolean> {
    const { model } = index.embeddings;
    const fault = await checkIndex(index, this.documents, this.leaving.signal);
    if (!fault) return true;
    await this.rows.reject(model, fault);
    this.logger.warn({ model, fault }, 'the new index failed its check: questions are answered as before');
    return false;
  }

  private async announce({ embeddings: { model }, store }: DocumentIndex): Promise<void> {
    this.logger.info({ model }, 'questions are answered from the index of another embedding model');
    // Searches do not depend on it, and the next sweep does it again.
    await store.activate().catch(() => undefined);
  }

  private async note({ model }: EmbeddingIndex, error: string | null): Promise<void> {
    if ((await this.rows.note(model, error)) && error)
      this.logger.warn({ model, reason: error }, 'documents are missing in an index');
  }
}
