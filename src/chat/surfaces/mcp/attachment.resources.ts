import { text as readText } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { ListResourcesResult, ReadResourceResult } from '@modelcontextprotocol/server';
import { checkScope } from '../../../auth/access.js';
import type { Principal } from '../../../auth/principal.js';
import { AttachmentsService } from '../../../uploads/attachments.service.js';
import { attachmentUri } from './library.tools.js';

/** Maximum number of listed attachments, newest first. */
const LISTED = 200;

/** Attachments as MCP resources: their extracted text. */
@Injectable()
export class AttachmentResources {
  constructor(private readonly attachments: AttachmentsService) {}

  async list(caller: Principal): Promise<ListResourcesResult> {
    checkScope('documents:read', caller);
    const { items } = await this.attachments.list(caller.id, { limit: LISTED, offset: 0 });
    return {
      resources: items.map(({ id, filename }) => ({
        uri: attachmentUri(id),
        name: filename,
        mimeType: 'text/plain',
      })),
    };
  }

  /** @throws ParleyError `not-found`, `conflict` while the attachment is not indexed yet */
  async read(caller: Principal, id: string): Promise<ReadResourceResult> {
    checkScope('documents:read', caller);
    const attachment = await this.attachments.find({ id: caller.id, isAdmin: false }, id);
    const text = await readText(await this.attachments.text(attachment));
    return { contents: [{ uri: attachmentUri(id), mimeType: 'text/plain', text }] };
  }
}
