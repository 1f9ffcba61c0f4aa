import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { ZipFile } from 'yazl';
import { BlobMissingError, BlobStore, originalKey, textKey } from '../adapters/blob-store/blob-store.js';
import { Logger } from '../common/logger.js';
import { EXPORTED, PersonalDataRepository } from '../database/repositories/personal-data.repository.js';
import { RoomsService } from '../rooms/rooms.service.js';

/**
 * Everything that is kept of one account, as a zip that is made while it is sent: no part of it is ever whole in
 * memory.
 */
@Injectable()
export class ExportService {
  constructor(
    private readonly data: PersonalDataRepository,
    private readonly rooms: RoomsService,
    private readonly blobs: BlobStore,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the zip is sent or its reader has left; what fails half-way ends the output without the zip's end.
   */
  async write(accountId: string, output: Writable): Promise<void> {
    const zip = new ZipFile();
    const sent = pipeline(zip.outputStream, output);
    try {
      await Promise.race([this.addAll(zip, accountId, sent), sent]);
      zip.end();
      await sent;
    } catch (error) {
      output.destroy();
      await sent.catch(() => undefined);
      this.logger.warn({ err: error }, 'an export was not completed');
    }
  }

  private async addAll(zip: ZipFile, accountId: string, sent: Promise<void>): Promise<void> {
    const add = async (name: string, stream: Readable) => {
      zip.addReadStream(stream, name, { compress: name.endsWith('.jsonl') || name.endsWith('.txt') });
      await Promise.race([once(stream, 'close'), sent]);
    };
    for (const table of EXPORTED) await add(`${table.table}.jsonl`, lines(this.data.rows(table, accountId)));
    await add('rooms.jsonl', lines(this.roomsOf(accountId)));
    const attachments = EXPORTED.find(({ table }) => table === 'attachments')!;
    for await (const { id, filename } of this.data.rows(attachments, accountId)) {
      const folder = `files/${String(id)}`;
      const original = await this.open(originalKey(String(id)));
      if (original) await add(`${folder}/${safeName(String(filename))}`, original);
      const text = await this.open(textKey(String(id)));
      if (text) await add(`${folder}.txt`, text);
    }
  }

  /** Rooms that need a token are their account's; others have no owner. */
  private async *roomsOf(accountId: string): AsyncGenerator<object> {
    for (const { session_id } of await this.rooms.list(accountId))
      for (const message of await this.rooms.read(accountId, session_id))
        yield { session_id, message: JSON.parse(message) as unknown };
  }

  private async open(key: string): Promise<Readable | null> {
    try {
      return await this.blobs.read(key);
    } catch (error) {
      // Not read yet, or deleted meanwhile.
      if (error instanceof BlobMissingError) return null;
      throw error;
    }
  }
}

function lines(rows: AsyncIterable<object>): Readable {
  return Readable.from(
    (async function* () {
      for await (const row of rows) yield `${JSON.stringify(row)}\n`;
    })(),
  );
}

/** A name that every program unpacks into its folder. */
const safeName = (name: string) => name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+$/, '_') || '_';
