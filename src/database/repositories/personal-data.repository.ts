import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Rows per page. */
const PAGE = 200;

/** A table of which an account gets all its rows. */
interface ExportedTable {
  table: string;
  /** Which rows belong to the account ($1). */
  own: string;
  /** Column that is unique and ordered within an owner's rows; a uuid, an integer or a text. */
  key: string;
  /** Excluded columns: secrets and derived values. */
  without?: string[];
}

/** $1 the account's id */
const OWN_CONVERSATIONS = '(SELECT id FROM conversations WHERE owner_id = $1)';

/** In the order in which they are exported. */
export const EXPORTED: readonly ExportedTable[] = [
  { table: 'users', own: 't.id = $1', key: 't.id', without: ['password_hash', 'email_key', 'token_epoch'] },
  { table: 'api_keys', own: 't.user_id = $1', key: 't.id', without: ['hash'] },
  {
    table: 'idempotency_keys',
    own: 't.user_id = $1',
    key: "t.route || ' ' || t.key",
    without: ['body_hash'],
  },
  { table: 'conversations', own: 't.owner_id = $1', key: 't.id' },
  { table: 'messages', own: `t.conversation_id IN ${OWN_CONVERSATIONS}`, key: 't.id' },
  {
    table: 'conversation_summaries',
    own: `t.conversation_id IN ${OWN_CONVERSATIONS}`,
    key: 't.id',
  },
  { table: 'runs', own: `t.conversation_id IN ${OWN_CONVERSATIONS}`, key: 't.id' },
  { table: 'running_rows', own: `t.conversation_id IN ${OWN_CONVERSATIONS}`, key: 't.id' },
  { table: 'attachments', own: 't.owner_id = $1', key: 't.id' },
  {
    table: 'message_feedback',
    own: `t.message_id IN (SELECT id FROM messages WHERE conversation_id IN ${OWN_CONVERSATIONS})`,
    key: 't.message_id',
  },
  {
    table: 'shares',
    own: `t.conversation_id IN ${OWN_CONVERSATIONS}`,
    key: 't.id',
    without: ['token_hash', 'password_hash'],
  },
  { table: 'memories', own: 't.user_id = $1', key: 't.id' },
  { table: 'schedules', own: 't.user_id = $1', key: 't.id', without: ['claimed_until'] },
  { table: 'usage', own: 't.user_id = $1', key: 't.run_id' },
  {
    table: 'agent_versions',
    own: 't.author_id = $1',
    key: "t.agent_id || ' ' || lpad(t.version::text, 10, '0')",
  },
];

/** Tables with rows of accounts that are not exported, and why. */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  external_identities: 'the subject of an identity provider, which the person knows from there',
  refresh_tokens: 'ids of tokens, which are credentials',
  chunks: 'parts of the text of an attachment, which is exported whole',
  indexed_documents: 'which index has which revision of an attachment',
  message_search: 'words of messages, which are exported whole',
  conversation_search: 'up to when the words of a conversation are indexed',
  budgets: 'limits that an admin has set; the person reads them in `GET /usage/limits`',
  budget_windows: 'sums of usage, which is exported row by row',
  eval_sets: 'questions that an admin wrote to evaluate retrieval over the documents of an account',
  eval_cases: 'the questions of such an evaluation',
  eval_runs: 'sums of the results of such an evaluation',
  eval_results: 'ids and file names of attachments, which are exported whole',
  document_terms: 'words of the text of an attachment, which is exported whole',
};

/** Personal data of an account, row by row. */
@Injectable()
export class PersonalDataRepository {
  constructor(private readonly source: DataSource) {}

  /** An account's rows in one table, as JSON texts, in pages. */
  async *rows(
    { table, own, key, without = [] }: ExportedTable,
    accountId: string,
  ): AsyncGenerator<Record<string, unknown>> {
    for (let last: string | null = null; ;) {
      // $1 the account's id, $2 columns to leave out, $3 key of the last row or null
      const page: { place: string; row: Record<string, unknown> }[] = await this.source.query(
        `SELECT (${key})::text AS place, to_jsonb(t) - $2::text[] AS row FROM ${table} t
         WHERE ${own} AND ($3::text IS NULL OR (${key})::text COLLATE "C" > $3)
         ORDER BY (${key})::text COLLATE "C" LIMIT ${PAGE}`,
        [accountId, without, last],
      );
      for (const { row } of page) yield row;
      if (page.length < PAGE) return;
      last = page.at(-1)!.place;
    }
  }
}
