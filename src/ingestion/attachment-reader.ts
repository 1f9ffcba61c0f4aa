import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { BlobMissingError, BlobStore, originalKey } from '../adapters/blob-store/blob-store.js';
import { Vision } from '../adapters/vision/vision.js';
import { Config } from '../config/config.js';
import type { ClaimedAttachment } from '../database/repositories/documents/indexing.repository.js';
import { detectType, type FileType } from './file-types.js';
import { parseFile } from './parsers/parse-file.js';
import { UnreadableFileError, type PackedDocument } from './parsers/parsed-document.js';
import { pictureDocument, unreadPicture } from './picture-document.js';

/** How much longer than its computing a file may take by the clock. */
const WALL_FACTOR = 8;

export interface ReadAttachment {
  document: PackedDocument;
  /** Description of an image; null for other files, or without one. */
  caption: string | null;
}

/** Gets an attachment's file and reads it: documents in a process of their own, images by a vision model. */
@Injectable()
export class AttachmentReader {
  constructor(
    private readonly config: Config,
    private readonly blobs: BlobStore,
    private readonly vision: Vision,
  ) {}

  /** @throws UnreadableFileError when no other try would help; BlobStoreError, VisionError, the signal's reason */
  async read(attachment: ClaimedAttachment, signal: AbortSignal): Promise<ReadAttachment> {
    const file = this.pathOf(attachment.id);
    try {
      await this.download(attachment.id, file, signal);
      const type = await detectType(file, attachment.filename);
      if (!type) throw new UnreadableFileError('Files of this type cannot be read.');
      return type.isPicture ? await this.look(file, type, signal) : await this.parse(file, type, signal);
    } finally {
      await this.forget(attachment.id);
    }
  }

  /** Deletes temporary files that a killed process has left. */
  async forget(attachmentId: string): Promise<void> {
    await rm(this.pathOf(attachmentId), { force: true });
  }

  /** One file for one attachment: the next attempt overwrites the file of the last one. */
  private pathOf(attachmentId: string): string {
    return join(this.config.dataDir, 'ingestion', attachmentId);
  }

  private async download(attachmentId: string, file: string, signal: AbortSignal): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    try {
      await pipeline(await this.blobs.read(originalKey(attachmentId)), createWriteStream(file), { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BlobMissingError)
        throw new UnreadableFileError('The file is not stored any more.');
      throw error;
    }
  }

  private async parse(file: string, type: FileType, signal: AbortSignal): Promise<ReadAttachment> {
    const { PARSER_MEMORY_MB: memoryMb, PARSER_SECONDS: cpuSeconds } = this.config.env;
    const { OCR_LANGUAGES: languages, OCR_SECONDS: seconds } = this.config.env;
    const ocr = languages.length > 0 ? { languages, seconds } : null;
    const wallSeconds = (cpuSeconds + (ocr ? seconds : 0)) * WALL_FACTOR;
    const limits = { memoryMb, cpuSeconds, wallSeconds, ocr };
    return { document: await parseFile(file, type, limits, signal), caption: null };
  }

  /** Described by a vision model; without one its text is recognised. A picture without either is kept all the same. */
  private async look(file: string, type: FileType, signal: AbortSignal): Promise<ReadAttachment> {
    const { mediaType } = type;
    const caption = await this.vision.describe({ bytes: await readFile(file), mediaType }, signal);
    if (caption !== null) return { document: pictureDocument(caption), caption };
    try {
      return await this.parse(file, type, signal);
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      return { document: unreadPicture(error.message), caption: null };
    }
  }
}
