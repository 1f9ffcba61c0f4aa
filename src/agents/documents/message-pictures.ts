import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { BlobMissingError, BlobStore, originalKey } from '../../adapters/blob-store/blob-store.js';
import { ChatModel, type Picture } from '../../adapters/chat-model/chat-model.js';
import { Vision } from '../../adapters/vision/vision.js';
import {
  PicturesRepository,
  type MessagePicture,
} from '../../database/repositories/documents/pictures.repository.js';
import type { AgentInput } from '../agent.js';

/** Limits of a request to a model. */
const MAX_PICTURES = 8;
const MAX_BYTES = 20 * 1024 * 1024;

/** Images of a message. */
export interface ShownPictures {
  /** For the model; empty without a vision model. */
  pictures: Picture[];
  /** Their attachments' ids. */
  ids: string[];
  /** Model that reads them; set if there are any. */
  model?: string;
  /** Sentences for the reply about images that the model does not see. */
  notes: string[];
}

/** Finds and loads the images of a message. */
@Injectable()
export class MessagePictures {
  constructor(
    private readonly repository: PicturesRepository,
    private readonly blobs: BlobStore,
    private readonly vision: Vision,
    private readonly model: ChatModel,
  ) {}

  /** Whether the message has images, those that it names or those uploaded into the conversation since the last one. */
  async hasAny(input: AgentInput): Promise<boolean> {
    return (await this.find(input)).length > 0;
  }

  /** @throws BlobStoreError */
  async load(input: AgentInput): Promise<ShownPictures> {
    const found = await this.find(input);
    const model = this.model.isOffline ? null : this.vision.model;
    if (model === null) return { pictures: [], ids: [], notes: found.map(unseen) };
    const shown: ShownPictures = { pictures: [], ids: [], notes: [] };
    let left = MAX_BYTES;
    for (const picture of found) {
      const isFit = shown.pictures.length < MAX_PICTURES && picture.sizeBytes <= left;
      const bytes = isFit ? await this.read(picture) : null;
      if (bytes) {
        left -= bytes.length;
        shown.pictures.push({ bytes, mediaType: picture.mediaType });
        shown.ids.push(picture.id);
      } else shown.notes.push(isFit ? missing(picture) : omitted(picture));
    }
    return shown.pictures.length > 0 ? { ...shown, model } : shown;
  }

  private async find(input: AgentInput): Promise<MessagePicture[]> {
    const { ownerId, conversationRowId, position, documents, hasDocuments } = input;
    const named = documents?.attachmentIds ?? [];
    if (named.length > 0) return this.repository.named(ownerId, named);
    if (!hasDocuments || position === undefined) return [];
    return this.repository.uploadedBefore(ownerId, conversationRowId, position);
  }

  private async read({ id }: MessagePicture): Promise<Buffer | null> {
    try {
      return await buffer(await this.blobs.read(originalKey(id)));
    } catch (error) {
      if (error instanceof BlobMissingError) return null;
      throw error;
    }
  }
}

const unseen = ({ filename }: MessagePicture) =>
  `${filename} cannot be seen: no vision model is configured (OPENAI_VISION_MODEL). Only text recognised in it is read.`;

const omitted = ({ filename }: MessagePicture) =>
  `${filename} was not shown to the model: a message holds at most ${MAX_PICTURES} images, of 20 MB together.`;

const missing = ({ filename }: MessagePicture) =>
  `${filename} was not shown to the model: the file is not stored any more.`;
