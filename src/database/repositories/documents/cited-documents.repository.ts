import { Injectable } from '@nestjs/common';
import { Any, DataSource, type Repository } from 'typeorm';
import { Attachment } from '../../entities/attachment.entity.js';

/** Whether the documents that answers cite are still there. */
@Injectable()
export class CitedDocumentsRepository {
  private readonly attachments: Repository<Attachment>;

  constructor(source: DataSource) {
    this.attachments = source.getRepository(Attachment);
  }

  /**
   * @param ids of attachments
   * @returns the existing ones
   */
  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.attachments.find({ where: { id: Any(ids) }, select: { id: true } });
    return new Set(rows.map(({ id }) => id));
  }
}
