import { Injectable } from '@nestjs/common';
import { BlobMissingError, BlobStore, tablesKey } from '../../adapters/blob-store/blob-store.js';
import { ChatModel, ModelError } from '../../adapters/chat-model/chat-model.js';
import { ChunksRepository } from '../../database/repositories/chunks.repository.js';
import { RunningRowsRepository } from '../../database/repositories/running-rows.repository.js';
import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import type { AgentInput, Tell } from '../agent.js';
import type { FileTable } from './cells.js';
import { compute, UnknownColumnError, type TableResult } from './compute.js';
import { readQuestion } from './read-question.js';
import { headline, tellResult } from './tell-result.js';
import { tableQuerySchema, type TableQuery } from './table-query.js';

/** Files and tables a question is looked up in. */
const MAX_FILES = 8;
const MAX_TABLES = 24;
const ROWS_SHOWN_TO_MODEL = 3;

const INSTRUCTIONS =
  'Turn the latest message of the user into one query of one of the tables in the passages. Use table and column ' +
  'names exactly as they stand there. Leave `table` empty when the message asks for nothing that can be computed ' +
  'from them.';

/** Answers questions over uploaded tables by computing, and keeps each result in the conversation's running table. */
@Injectable()
export class TableTool {
  constructor(
    private readonly chunks: ChunksRepository,
    private readonly blobs: BlobStore,
    private readonly model: ChatModel,
    private readonly rows: RunningRowsRepository,
  ) {}

  /**
   * Tells `log` events while it computes.
   * @returns the answer, or null when the question asks for nothing that the tables hold
   */
  async answer(input: AgentInput, tell: Tell, signal: AbortSignal): Promise<string | null> {
    const tables = await this.tables(input);
    if (tables.length === 0) return null;
    const query = (await this.askModel(input, tables, signal)) ?? readAny(input.message, tables);
    const table = query && tables.find(({ name }) => name === query.table);
    if (!query || !table) return null;
    const result = tryCompute(table, query);
    if (!result) return null;
    tell({ type: 'log', text: `Computed ${headline(query)} from ${table.file}.` });
    const text = tellResult(table, query, result);
    await this.rows.add(input.ownerId, input.conversationId, { type: 'table', description: text });
    return text;
  }

  private async tables({ ownerId, conversationId, documents }: AgentInput): Promise<FileTable[]> {
    const attachmentIds = documents?.attachmentIds ?? [];
    const files = await this.chunks.tableFiles(ownerId, conversationId, attachmentIds, MAX_FILES);
    const read = await Promise.all(files.map(({ id, filename }) => this.read(id, filename)));
    return read.flat().slice(0, MAX_TABLES);
  }

  /** The tables of one file; none when it was deleted just now. */
  private async read(id: string, file: string): Promise<FileTable[]> {
    try {
      const tables = JSON.parse(await this.blobs.readText(tablesKey(id))) as ParsedTable[];
      // Two files may have sheets of one name.
      return tables.map((table) => ({ ...table, file, name: `${file} / ${table.name}` }));
    } catch (error) {
      if (error instanceof BlobMissingError) return [];
      throw error;
    }
  }

  /** @returns null when there is no model, or none that can do this */
  private async askModel(
    { message, history }: AgentInput,
    tables: readonly FileTable[],
    signal: AbortSignal,
  ): Promise<TableQuery | null> {
    const passages = tables.map(({ name, columns, rows }) => ({
      title: name,
      text: [columns, ...rows.slice(0, ROWS_SHOWN_TO_MODEL)].map((row) => JSON.stringify(row)).join('\n'),
    }));
    const prompt = { instructions: INSTRUCTIONS, history, message, passages };
    try {
      return await this.model.structured(prompt, tableQuerySchema, signal);
    } catch (error) {
      // Reading the question without a model is better than no answer.
      if (error instanceof ModelError) return null;
      throw error;
    }
  }
}

/** Reads a question against each table and takes the one that accounts for most of it. */
function readAny(question: string, tables: readonly FileTable[]): TableQuery | null {
  const readings = tables.flatMap((table) => readQuestion(question, table) ?? []);
  return readings.toSorted((a, b) => b.evidence - a.evidence)[0]?.query ?? null;
}

/** @returns null for a query of columns that a model has made up */
function tryCompute(table: FileTable, query: TableQuery): TableResult | null {
  try {
    return compute(table, query);
  } catch (error) {
    if (error instanceof UnknownColumnError) return null;
    throw error;
  }
}
