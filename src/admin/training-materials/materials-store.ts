import { readFile, rm } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { BlobStore, originalKey } from '../../adapters/blob-store/blob-store.js';
import { Logger } from '../../common/logger.js';
import {
  SyncedDocumentsRepository,
  type SyncedDocument,
} from '../../database/repositories/documents/synced-documents.repository.js';
import { detectType, type FileType } from '../../ingestion/file-types.js';
import { IngestionQueue } from '../../ingestion/ingestion-queue.js';
import { UnreadableFileError } from '../../ingestion/parsers/parsed-document.js';
import { cleanFilename } from '../../uploads/filename.js';
import type { MaterialFile, ReadFile } from './materials.js';

/** Counts of a sync's changes. */
export interface IngestCounts {
  /** New or changed, and stored. */
  stored: number;
  /** Synced documents that are pending or being indexed. */
  pending: number;
  /** Unchanged content, possibly under another name. */
  skipped: number;
  /** Removed from the repository, and with them their text and vectors. */
  deleted: number;
}

const AT_ONCE = 8;
const DELETED_AT_ONCE = 500;
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';
const MAX_LFS_POINTER = 1_024;

/** Replaces the synced documents by those of a commit. */
@Injectable()
export class MaterialsStore {
  constructor(
    private readonly documents: SyncedDocumentsRepository,
    private readonly blobs: BlobStore,
    private readonly queue: IngestionQueue,
    private readonly logger: Logger,
  ) {}

  /**
   * Stores new and changed documents before deleting removed ones, so that nothing is missing meanwhile. Safe to
   * interrupt: earlier versions stay searchable, and a repetition completes it.
   * @param listed all documents of the commit
   * @param files the same, with their bytes
   */
  async replaceAll(listed: readonly MaterialFile[], files: AsyncGenerator<ReadFile>): Promise<IngestCounts> {
    const known = await this.documents.listSynced();
    const byPath = new Map(known.map((document) => [document.sourcePath, document]));
    const paths = new Set(listed.map(({ path }) => path));
    const removedByChecksum = new Map(
      known.filter(({ sourcePath }) => !paths.has(sourcePath)).map((document) => [document.sha256, document]),
    );
    const kept = new Set<string>();
    let stored = 0;
    await eachOf(files, AT_ONCE, async (file) => {
      const type = await this.typeOf(file);
      if (!type) return;
      kept.add(file.path);
      const before = byPath.get(file.path) ?? (await this.moveHere(file, removedByChecksum));
      if (before?.sha256 === file.sha256 && before.contentType === type.mediaType) return;
      await this.store(file, type, before);
      stored += 1;
    });
    const removed = known.map(({ sourcePath }) => sourcePath).filter((path) => !kept.has(path));
    const deleted = await this.delete(removed);
    if (deleted > 0) await this.queue.requestPurge();
    return { stored, pending: await this.documents.countPending(), skipped: kept.size - stored, deleted };
  }

  /**
   * The blob is written before the row. In reverse order, a crash in between would leave a row with the new
   * checksum and old bytes, undetected by later syncs; in this order the row keeps the old checksum, and the next
   * sync processes the file again.
   */
  private async store(file: ReadFile, type: FileType, before?: SyncedDocument): Promise<void> {
    const id = before?.id ?? uuidv7();
    await this.blobs.put(originalKey(id), file.file);
    const { revision } = await this.documents.replaceSynced(file.path, {
      id,
      filename: cleanFilename(file.path),
      contentType: type.mediaType,
      sizeBytes: file.size,
      sha256: file.sha256,
    });
    await this.queue.enqueue(id, revision);
  }

  /**
   * Reuses a removed document with the same bytes for a moved or renamed file, so that it stays searchable.
   * @param removedByChecksum by checksum; the document is removed from the map synchronously, so that only one file
   * gets it
   */
  private async moveHere(
    { path, sha256 }: ReadFile,
    removedByChecksum: Map<string, SyncedDocument>,
  ): Promise<SyncedDocument | undefined> {
    const document = removedByChecksum.get(sha256);
    removedByChecksum.delete(sha256);
    const isThere = document && (await this.documents.moveSynced(document, path, cleanFilename(path)));
    return isThere ? document : undefined;
  }

  private async delete(paths: string[]): Promise<number> {
    let deleted = 0;
    for (let i = 0; i < paths.length; i += DELETED_AT_ONCE)
      deleted += await this.documents.deleteSynced(paths.slice(i, i + DELETED_AT_ONCE));
    return deleted;
  }

  /** File type by content; null for other content, such as a Git LFS pointer. */
  private async typeOf({ path, file, size }: ReadFile): Promise<FileType | null> {
    try {
      if (size <= MAX_LFS_POINTER && (await readFile(file, 'utf8')).startsWith(LFS_POINTER))
        throw new UnreadableFileError('The file itself is in Git LFS.');
      const type = await detectType(file, path);
      if (!type) throw new UnreadableFileError('The content of the file does not match its name.');
      return type;
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      this.logger.warn({ path, reason: error.message }, 'file skipped in the training materials');
      return null;
    }
  }
}

/**
 * Processes files with bounded concurrency and deletes each afterwards. The first failure stops it, after the files
 * in progress.
 */
async function eachOf(
  files: AsyncGenerator<ReadFile>,
  atOnce: number,
  work: (file: ReadFile) => Promise<void>,
): Promise<void> {
  const workers = Array.from({ length: atOnce }, async () => {
    // The workers share one generator: each request gets the next file, and leaving the loop ends it for all.
    for await (const file of files) {
      try {
        await work(file);
      } finally {
        await rm(file.file);
      }
    }
  });
  for (const result of await Promise.allSettled(workers))
    if (result.status === 'rejected') throw result.reason;
}
