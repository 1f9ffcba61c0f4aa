import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Whether the documents that answers cite are still there. */
@Injectable()
export class CitedDocumentsRepository {
  constructor(private readonly source: DataSource) {}

  /** @param ids of attachments @returns those that exist */
  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows: { id: string }[] = await this.source.query(
      'SELECT id FROM attachments WHERE id = ANY($1::uuid[])',
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
