import { Injectable } from '@nestjs/common';
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { Vision } from '../../adapters/vision/vision.js';
import { claimOf } from '../../idempotency/idempotency.js';
import type { StartRun } from '../../runs/run.service.js';
import { identityOf, UploadReader } from '../../uploads/upload-reader.js';
import { UploadsService } from '../../uploads/uploads.service.js';
import { derivedKey } from './derived-key.js';
import type { InlinePicture } from './inline-pictures.js';
import { unfit } from './unfit.js';

/** Stores pictures embedded in messages as attachments of the conversation, which are shown to the vision model with the message. */
@Injectable()
export class MessagePictures {
  constructor(
    private readonly vision: Vision,
    private readonly reader: UploadReader,
    private readonly uploads: UploadsService,
  ) {}

  /**
   * Adds pictures to the attachments of a turn.
   * @param field of the body that holds them
   * @param key idempotency key of the request, if any: a retry finds the same attachments in the same conversation
   * @throws InvalidInput without a vision model; ParleyError `quota-exceeded`, `unsupported-file-type`
   */
  async attach<T extends StartRun>(
    turn: T,
    pictures: readonly InlinePicture[],
    { field, key }: { field: string; key?: string },
  ): Promise<T> {
    if (pictures.length === 0) return turn;
    if (this.vision.model === null)
      throw unfit(
        field,
        'Unsupported content: images are read by a vision model, and none is configured (OPENAI_VISION_MODEL)',
        'unsupported_content',
      );
    const { ownerId, agent } = turn;
    const conversationId = turn.conversationId ?? (key === undefined ? uuidv7() : uuidv5(key, ownerId));
    const attachmentIds = [...(turn.documents?.attachmentIds ?? [])];
    const conversation = { ownerId, clientId: conversationId, agent };
    for (const [i, picture] of pictures.entries())
      attachmentIds.push(await this.store(picture, `image-${i + 1}`, conversation, { field, key }));
    return { ...turn, conversationId, documents: { ...turn.documents, attachmentIds } };
  }

  private async store(
    { bytes, mediaType }: InlinePicture,
    name: string,
    conversation: { ownerId: string; clientId: string; agent: string },
    { field, key }: { field: string; key?: string },
  ): Promise<string> {
    const { ownerId } = conversation;
    const allowance = await this.uploads.allowance(ownerId, key !== undefined);
    const extension = mediaType.replace(/^image\//, '').replace(/\W.*$/, '');
    return this.reader.receiveBytes({ bytes, filename: `${name}.${extension}` }, allowance, async (file) => {
      if (!file.mediaType.startsWith('image/'))
        throw unfit(field, 'Unsupported content: these bytes are no image', 'unsupported_content');
      const pictureKey = key === undefined ? undefined : derivedKey('picture', key, name);
      const claim = claimOf(ownerId, 'POST /upload/{id}', pictureKey, identityOf(file));
      return (await this.uploads.acceptInConversation(conversation, file, claim)).attachmentId;
    });
  }
}
