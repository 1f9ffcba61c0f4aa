import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import { BlobStore, tablesKey, textKey } from '../adapters/blob-store/blob-store.js';
import { EmbeddingsError } from '../adapters/embeddings/embeddings.js';
import type { Point } from '../adapters/vector-store/vector-store.js';
import { Logger } from '../common/logger.js';
import { TimeSlices } from '../common/time/time-slices.js';
import { documentTerms, TERMS_VERSION } from '../search/terms.js';
import type { AttachmentRevision } from '../database/repositories/documents/attachments.repository.js';
import { DocumentTermsRepository } from '../database/repositories/documents/document-terms.repository.js';
import {
  IndexingRepository,
  type ChunkRow,
  type ClaimedAttachment,
} from '../database/repositories/documents/indexing.repository.js';
import { AttachmentReader } from './attachment-reader.js';
import { ChunkEmbedder, type Embeddable } from './chunk-embedder.js';
import { chunkDocument } from './chunker.js';
import { EmbeddingIndexes, type DocumentIndex } from './indexes/embedding-indexes.js';
import type { PackedDocument } from './parsers/parsed-document.js';
import { passageOf, pointsOf } from './passages.js';

interface PreparedChunks {
  rows: ChunkRow[];
  /** What is embedded for each. */
  passages: string[];
}

/** Terms of one document that are remembered for near spellings; only word lists have more. */
const MAX_TERMS = 50_000;
/** Any fixed UUID does. */
const NAMESPACE = '7d7a4e5c-3b0f-4f6a-9a54-2f1f6f0d9c11';

/** The revision is no longer the current one: the attachment was deleted, or is to be indexed anew. */
class StaleRevisionError extends Error {}

/**
 * The one pipeline: file → text → chunks → vectors. Doing it twice changes nothing: ids are made of attachment,
 * revision and position, and every write checks that this revision is still the current one.
 */
@Injectable()
export class IngestionService {
  constructor(
    private readonly indexing: IndexingRepository,
    private readonly terms: DocumentTermsRepository,
    private readonly reader: AttachmentReader,
    private readonly embedder: ChunkEmbedder,
    private readonly blobs: BlobStore,
    private readonly indexes: EmbeddingIndexes,
    private readonly logger: Logger,
  ) {}

  /**
   * Indexes one revision of an attachment. The caller ensures that no other process does so at the same time.
   * @returns false when it is not the current revision (any more); its files and points may remain then
   * @throws UnreadableFileError when no other try would help, and whatever the stores and models throw
   */
  async index(revision: AttachmentRevision, signal: AbortSignal): Promise<boolean> {
    try {
      const began = performance.now();
      const attachment = await this.indexing.claim(revision);
      if (!attachment) return false;
      const chunks = await this.indexClaimed(attachment, signal);
      const ms = Math.round(performance.now() - began);
      this.logger.info({ attachment: attachment.id, chunks, ms }, 'an attachment is indexed');
      return true;
    } catch (error) {
      if (error instanceof StaleRevisionError) return false;
      throw error;
    }
  }

  /**
   * Gives a revision up. What an earlier one found is still found; otherwise nothing of the attachment is, its words
   * included, so that no answer uses a document that is marked as failed.
   * @param error a sentence for the uploader
   * @returns false when it is no longer the current revision
   */
  async fail(revision: AttachmentRevision, error: string): Promise<boolean> {
    const failed = await this.indexing.fail(revision, error);
    if (!failed) return false;
    if (failed.chunkCount > 0) return true;
    const { active } = await this.indexes.current();
    await active.store.replace(failed, []).catch((reason: unknown) => {
      // Without their rows they are never shown, and the next revision replaces them.
      this.logger.warn(
        { err: reason, attachment: revision.id },
        'points of a failed attachment could not be deleted',
      );
    });
    return true;
  }

  /** @returns how many chunks there are */
  private async indexClaimed(attachment: ClaimedAttachment, signal: AbortSignal): Promise<number> {
    const { document, caption } = await this.reader.read(attachment, signal);
    // Until this revision is whole an earlier one answers, and its text is what answers are cited from.
    const hasEarlier = await this.indexing.hasEarlierChunks(attachment);
    if (!hasEarlier) await this.keepTexts(attachment, document);
    const title = document.title ?? attachment.filename;
    const { rows, passages } = await prepareChunks(attachment, document, title, signal);
    const words = await pointsOf(rows, passages, signal);
    await assertCurrentRevision(
      this.terms.store(attachment, TERMS_VERSION, await vocabularyOf(passages, signal)),
    );
    // Found by its words while the vectors are computed. The chunks come after them: once there are chunks, questions
    // no longer wait for the file.
    if (rows.length > 0 && !hasEarlier)
      for (const index of (await this.indexes.current()).kept) await this.replace(index, attachment, words);
    await assertCurrentRevision(this.indexing.storeChunks(attachment, rows));
    const reportProgress = (done: number) => assertCurrentRevision(this.indexing.progress(attachment, done));
    const embeddable = rows.map(({ hash, text }, i) => ({ hash, text, passage: passages[i]! }));
    const finished = { caption, warnings: document.warnings, passageTitle: title };
    for (;;) {
      const { index, vectors } = await this.embed(embeddable, reportProgress, signal);
      await this.replace(
        index,
        attachment,
        words.map((point, i) => ({ ...point, dense: vectors[i]! })),
      );
      // The points come first: without them the earlier text stays that of the earlier points.
      if (hasEarlier) await this.keepTexts(attachment, document);
      const { model } = index.embeddings;
      if (await this.indexing.finish(attachment, { model, ...finished })) return rows.length;
      // Another index may have become the active one meanwhile: then it is that one's turn.
      await assertCurrentRevision(this.indexing.isCurrent(attachment));
    }
  }

  /** With the active model; with the requested one when the active one cannot be used any more. */
  private async embed(
    chunks: readonly Embeddable[],
    report: (done: number) => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ index: DocumentIndex; vectors: Float32Array[] }> {
    const { active, next } = await this.indexes.current();
    const embedIn = async (index: DocumentIndex) => ({
      index,
      vectors: await this.embedder.embed(index.embeddings, chunks, report, signal),
    });
    try {
      return await embedIn(active);
    } catch (error) {
      if (!next || !(error instanceof EmbeddingsError)) throw error;
      return embedIn(next);
    }
  }

  private async keepTexts(
    attachment: ClaimedAttachment,
    { text, tablesJson }: PackedDocument,
  ): Promise<void> {
    await assertCurrentRevision(this.indexing.isCurrent(attachment));
    await this.blobs.putText(textKey(attachment.id), text);
    // An earlier revision may have had tables.
    if (tablesJson || attachment.revision > 1)
      await this.blobs.putText(tablesKey(attachment.id), tablesJson ?? '[]');
  }

  private async replace(
    { store }: DocumentIndex,
    attachment: ClaimedAttachment,
    points: readonly Point[],
  ): Promise<void> {
    await assertCurrentRevision(this.indexing.isCurrent(attachment));
    await store.replace(attachment, points);
  }
}

/** @throws StaleRevisionError */
async function assertCurrentRevision(answer: Promise<boolean>): Promise<void> {
  if (!(await answer)) throw new StaleRevisionError();
}

async function prepareChunks(
  { id, revision }: ClaimedAttachment,
  document: PackedDocument,
  title: string,
  signal: AbortSignal,
): Promise<PreparedChunks> {
  const slices = new TimeSlices();
  const rows: ChunkRow[] = [];
  const passages: string[] = [];
  for (const chunk of chunkDocument(document)) {
    const position = rows.length;
    const passage = passageOf(title, chunk);
    const hash = createHash('sha256').update(passage).digest('hex');
    rows.push({ ...chunk, id: uuidv5(`${id}:${revision}:${position}`, NAMESPACE), position, hash });
    passages.push(passage);
    await slices.pause();
    signal.throwIfAborted();
  }
  return { rows, passages };
}

/** The terms of all passages, each once. */
async function vocabularyOf(passages: readonly string[], signal: AbortSignal): Promise<string[]> {
  const slices = new TimeSlices();
  const terms = new Set<string>();
  for (const passage of passages) {
    for (const term of documentTerms(passage).terms) if (terms.size < MAX_TERMS) terms.add(term);
    await slices.pause();
    signal.throwIfAborted();
  }
  return [...terms];
}
