import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { NIL } from 'uuid';
import { Attachment } from '../../entities/attachment.entity.js';
import { DocumentTerms } from '../../entities/document-terms.entity.js';
import { INDEX_AGAIN } from './attachments.repository.js';
import type { ClaimedAttachment } from './indexing.repository.js';

/** State of a tenant's vocabulary; a change means that documents must be read again. */
export interface VocabularyState {
  documents: number;
  /** Time of the last change, in PostgreSQL's format; null without documents. */
  changedAt: string | null;
}

/** Documents per statement: some 100 ms for those of 500 passages. */
const PAGE = 20;
/** Overlap between reads: transactions that began before the last read may commit after it. */
const OVERLAP = "interval '10 seconds'";

/** Stored terms of documents. */
@Injectable()
export class DocumentTermsRepository {
  private readonly documents: Repository<DocumentTerms>;

  constructor(private readonly source: DataSource) {
    this.documents = source.getRepository(DocumentTerms);
  }

  /** @returns false when this is no longer the revision to be indexed */
  async store(
    { id, revision, tenant }: ClaimedAttachment,
    termsVersion: number,
    terms: readonly string[],
  ): Promise<boolean> {
    // $1 and $2 the attachment's id and revision, $3 the tenant, $4 the version, $5 the terms
    const rows: unknown[] = await this.source.query(
      `INSERT INTO document_terms (attachment_id, tenant, terms_version, terms, changed_at)
       SELECT id, $3, $4, $5, clock_timestamp() FROM attachments
       WHERE id = $1 AND revision = $2 AND status = 'indexing'
       ON CONFLICT (attachment_id) DO UPDATE SET tenant = excluded.tenant, terms_version = excluded.terms_version,
         terms = excluded.terms, changed_at = excluded.changed_at
       RETURNING attachment_id`,
      [id, revision, tenant, termsVersion, terms],
    );
    return rows.length > 0;
  }

  async state(tenant: string): Promise<VocabularyState> {
    const row = await this.documents
      .createQueryBuilder('document')
      .select('count(*)::int', 'documents')
      .addSelect('max(document.changedAt)::text', 'changedAt')
      .where({ tenant })
      .getRawOne<VocabularyState>();
    return row!;
  }

  /**
   * The distinct terms of documents changed since a time, some documents at a time: copies are left out by the
   * database, since documents share most of their words.
   * @param since null for all documents
   */
  async *changedSince(tenant: string, since: string | null): AsyncGenerator<string[]> {
    for (let after: string | null = NIL; after;) {
      // $1 the tenant, $2 the last document read, $3 the time, or null
      const rows: { terms: string[] | null; last: string | null }[] = await this.source.query(
        `SELECT json_agg(DISTINCT term) FILTER (WHERE term IS NOT NULL) AS terms, max(d.attachment_id::text) AS last
         FROM (SELECT attachment_id, terms FROM document_terms
               WHERE tenant = $1 AND attachment_id > $2
                 AND ($3::timestamptz IS NULL OR changed_at > $3::timestamptz - ${OVERLAP})
               ORDER BY attachment_id LIMIT ${PAGE}) d
         LEFT JOIN LATERAL unnest(d.terms) AS term ON true`,
        [tenant, after, since],
      );
      const { terms, last }: (typeof rows)[number] = rows[0]!;
      if (terms) yield terms;
      after = last;
    }
  }

  /** Requests re-indexing of documents whose terms are of another version. @returns the number of documents */
  async reopenOutdated(termsVersion: number): Promise<number> {
    const { affected } = await this.source
      .createQueryBuilder()
      .update(Attachment, INDEX_AGAIN)
      .where({ status: 'indexed', chunkCount: MoreThan(0) })
      .andWhere(
        `NOT EXISTS (SELECT FROM document_terms t
         WHERE t.attachment_id = attachments.id AND t.terms_version = :termsVersion)`,
        { termsVersion },
      )
      .execute();
    return affected ?? 0;
  }
}
