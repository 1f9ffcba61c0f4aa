import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import type { ByteRange } from '../adapters/blob-store/blob-store.js';
import { RequireScope } from '../auth/access.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors, ApiFile } from '../common/openapi.js';
import type { StoredAttachment } from '../database/repositories/documents/attachments.repository.js';
import { AttachmentsService } from './attachments.service.js';

/** Types that a browser displays without running content. */
const INLINE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Idle timeout in ms for a client that stops reading. */
const IDLE_MS = 60_000;

/** The files of attachments. They are untrusted, so their content must not run on our origin. */
@ApiTags('RAG assistant')
@RequireScope('documents:read')
@Controller('attachments/:id')
export class AttachmentFilesController {
  constructor(private readonly attachments: AttachmentsService) {}

  @Get('raw')
  @ApiOperation({ summary: 'Download the uploaded file, or a range of its bytes' })
  @ApiFile(200, 'application/octet-stream')
  @ApiFile(206, 'application/octet-stream')
  @ApiAnswer(304, undefined, 'Unchanged since the version in `If-None-Match`')
  @ApiErrors(404, 416, 503)
  async downloadAttachment(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const attachment = await this.attachments.find(user, id);
    const { contentType, filename, sizeBytes, sha256 } = attachment;
    setSafely(response, filename, INLINE.has(contentType) ? 'inline' : 'attachment');
    // Express would add a charset, which is unknown.
    response.setHeader('Content-Type', contentType);
    response.set({ 'Accept-Ranges': 'bytes', ETag: `"${sha256}"` });
    if (request.fresh) return void response.status(304).end();
    const range = rangeOf(request, sizeBytes);
    if (range === 'unsatisfiable') return refuseRange(response, sizeBytes);
    await this.send(request, response, attachment, range);
  }

  @Get('text')
  @ApiOperation({
    summary: 'Get the text that was extracted from an attachment',
    description: 'Character ranges of citations refer to it, in UTF-16 code units.',
  })
  @ApiFile(200, 'text/plain')
  @ApiErrors(404, 409, 503)
  async getAttachmentText(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Res() response: Response,
  ) {
    const attachment = await this.attachments.find(user, id);
    const text = await this.attachments.text(attachment);
    setSafely(response, `${attachment.filename}.txt`, 'attachment');
    response.set('Content-Type', 'text/plain; charset=utf-8');
    await stream(text, response);
  }

  private async send(
    { method }: Request,
    response: Response,
    attachment: StoredAttachment,
    range: ByteRange | undefined,
  ): Promise<void> {
    const { start, end } = range ?? { start: 0, end: attachment.sizeBytes - 1 };
    const bytes = method === 'HEAD' ? null : await this.attachments.bytes(attachment, range);
    response.status(range ? 206 : 200).set('Content-Length', String(end - start + 1));
    if (range) response.set('Content-Range', `bytes ${start}-${end}/${attachment.sizeBytes}`);
    if (bytes) await stream(bytes, response);
    else response.end();
  }
}

function setSafely(response: Response, filename: string, type: 'attachment' | 'inline'): void {
  response.set({
    'Content-Disposition': contentDisposition(filename, { type }),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': 'private, no-cache',
  });
}

/**
 * The requested range, if there is exactly one; undefined for the whole file, also for several or malformed ranges.
 */
function rangeOf(request: Request, size: number): ByteRange | 'unsatisfiable' | undefined {
  const ranges = request.range(size);
  if (ranges === -1) return 'unsatisfiable';
  if (!Array.isArray(ranges) || ranges.type !== 'bytes' || ranges.length > 1) return undefined;
  return ranges[0];
}

function refuseRange(response: Response, size: number): void {
  response.status(416).set('Content-Range', `bytes */${size}`).removeHeader('ETag');
  response.json({ detail: 'Range Not Satisfiable' });
}

/** Streams bytes with backpressure. A disconnected client, or a late store failure, ends the connection. */
async function stream(bytes: Readable, response: Response): Promise<void> {
  response.setTimeout(IDLE_MS, () => response.destroy());
  await pipeline(bytes, response).catch(() => undefined);
}
