import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AdvisoryLocks } from '../../database/advisory-locks.js';
import { AttachmentsRepository } from '../../database/repositories/documents/attachments.repository.js';
import {
  IndexedDocumentsRepository,
  type MissingDocument,
  type StoredChunk,
} from '../../database/repositories/documents/indexed-documents.repository.js';
import { ChunkEmbedder } from '../chunk-embedder.js';
import { DeletedAttachmentPurger } from '../deleted-attachment-purger.js';
import { IngestionQueue } from '../ingestion-queue.js';
import { passageOf, pointsOf } from '../passages.js';
import type { DocumentIndex } from './embedding-indexes.js';

/** Adds a document that is indexed already to another index, from its stored chunks: its file is not read again. */
@Injectable()
export class DocumentAdder {
  constructor(
    private readonly documents: IndexedDocumentsRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly embedder: ChunkEmbedder,
    private readonly queue: IngestionQueue,
    private readonly purger: DeletedAttachmentPurger,
    private readonly locks: AdvisoryLocks,
  ) {}

  /**
   * @returns false when it cannot be done now: another process is indexing the document, or will have to
   * @throws whatever the stores and models throw, or the signal's reason
   */
  async add(index: DocumentIndex, document: MissingDocument, signal: AbortSignal): Promise<boolean> {
    const outcome = await this.locks.whileAlone(document.attachmentId, () =>
      this.addAlone(index, document, signal),
    );
    // It was deleted meanwhile, and could not be purged while its lock was held here.
    if (outcome === 'deleted') await this.purger.purge();
    return outcome === 'added';
  }

  private async addAlone(
    { embeddings, store }: DocumentIndex,
    document: MissingDocument,
    signal: AbortSignal,
  ): Promise<'added' | 'later' | 'deleted'> {
    const chunks = await this.documents.chunksOf(document);
    if (chunks.length === 0) return 'later';
    const title = titleOf(document, chunks[0]!);
    if (title === null) return this.readAgain(document);
    const passages = chunks.map((chunk) => passageOf(title, chunk));
    const points = await pointsOf(chunks, passages, signal);
    const embeddable = chunks.map(({ text, hash }, i) => ({ text, hash, passage: passages[i]! }));
    const vectors = await this.embedder.embed(embeddings, embeddable, async () => {}, signal);
    await store.replace(
      document,
      points.map((point, i) => ({ ...point, dense: vectors[i]! })),
    );
    return (await this.documents.store(embeddings.model, document)) ? 'added' : 'deleted';
  }

  /** What its chunks are embedded below is not known: the pipeline reads the file again, and keeps it. */
  private async readAgain({ attachmentId, status }: MissingDocument): Promise<'later'> {
    if (status !== 'indexed') return 'later';
    const bumped = await this.attachments.bumpRevision(attachmentId);
    if (bumped) await this.queue.enqueue(bumped.id, bumped.revision);
    return 'later';
  }
}

/** Documents that were indexed before their titles were kept have that of their file, or it is not known. */
function titleOf({ passageTitle, filename, status }: MissingDocument, chunk: StoredChunk): string | null {
  if (passageTitle !== null) return passageTitle;
  const hash = createHash('sha256').update(passageOf(filename, chunk)).digest('hex');
  // One that could not be read again is embedded below the name of its file.
  return hash === chunk.hash || status === 'failed' ? filename : null;
}
