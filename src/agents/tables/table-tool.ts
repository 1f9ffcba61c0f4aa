import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { BlobMissingError, BlobStore, tablesKey } from '../../adapters/blob-store/blob-store.js';
import { stems } from '../../adapters/chat-model/offline/extract.js';
import { ChatModel } from '../../adapters/chat-model/chat-model.js';
import { ModelError } from '../../adapters/openai/model-error.js';
import { ChunksRepository } from '../../database/repositories/documents/chunks.repository.js';
import { RunningRowsRepository } from '../../database/repositories/running-rows.repository.js';
import type { ParsedTable } from '../../ingestion/parsers/parsed-document.js';
import type { AgentInput, Emit, Source } from '../agent.js';
import { compute, type TableResult } from './compute.js';
import { UnknownColumnError } from './filters.js';
import { unaccountedWords } from './unaccounted-words.js';
import { readConversation } from './read-conversation.js';
import type { Reading } from './read-question.js';
import { describeResult, headline } from './describe-result.js';
import { tablePlanSchema, type TablePlan } from './table-plan.js';
import { withoutTotals } from './total-rows.js';
import { folded, typedColumns, type FileTable } from './typed-table.js';

/** Files and tables a question is looked up in. */
const MAX_FILES = 8;
/** Texts that are looked through for tables; most have none. */
const MAX_TEXTS = 16;
const MAX_TABLES = 24;
/** Documents looked at for one that a question names. */
const MAX_DOCUMENTS = 200;
const ROWS_SHOWN_TO_MODEL = 3;
const ROWS_IN_SOURCE = 20;
const MAX_SOURCE = 2_000;

const INSTRUCTIONS =
  'Turn the latest message of the user into one query of one of the tables in the passages. Use table and column ' +
  'names exactly as they stand there. Leave `table` empty when the message asks for nothing that can be computed ' +
  'from them.';

/** An answer from tables, with the rows it rests on. */
export interface TableAnswer {
  text: string;
  sources: Source[];
}

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
   * Emits `log` events while it computes.
   * @returns null when the question asks for nothing that the tables hold
   */
  async answer(input: AgentInput, emit: Emit, signal: AbortSignal): Promise<TableAnswer | null> {
    const tables = await this.tables(input);
    if (tables.length === 0) return null;
    const reading = await this.read(input, tables, emit, signal);
    if (!reading) return null;
    const { table, plan } = reading;
    if (reading.lacking && (await this.namesOtherDocument(input))) return null;
    if (reading.lacking) return { text: `${reading.lacking} [1]`, sources: [sourceOf(table, null)] };
    const result = tryCompute(table, plan);
    if (!result) return null;
    const call = { type: 'tool', id: uuidv7(), name: 'compute_table' } as const;
    emit({ ...call, phase: 'called', input: { file: table.file, query: headline(plan) } });
    emit({ type: 'log', text: `Computed ${headline(plan)} from ${table.file}.` });
    const text = describeResult(table, plan, result, notesOf(reading, result));
    emit({ ...call, phase: 'done', output: text });
    await this.rows.add(input.ownerId, input.conversationRowId, {
      type: 'table',
      description: text.replace(/ ?\[1\]/, ''),
    });
    return { text, sources: [sourceOf(table, result)] };
  }

  /**
   * Executes a model's query; without the name of a table it lists the tables.
   * @returns text that cites its source as [1]
   */
  async query(input: AgentInput, plan: TablePlan): Promise<TableAnswer> {
    const tables = await this.tables(input);
    if (tables.length === 0) return { text: 'The user has no tables.', sources: [] };
    const wanted = folded(plan.table);
    const named = tables.filter(({ name, file }) => [name, file].some((each) => folded(each) === wanted));
    const table = named.length === 1 || folded(named[0]?.name ?? '') === wanted ? named[0] : undefined;
    if (!table)
      return { text: `${wanted ? 'There is no such table. ' : ''}${listTables(tables)}`, sources: [] };
    const result = tryCompute(table, plan);
    if (!result) return { text: `A column is not there. ${listTables([table])}`, sources: [] };
    return {
      text: describeResult(table, plan, result, table.notes?.slice(0, 2) ?? []),
      sources: [sourceOf(table, result)],
    };
  }

  /** Whether a question names a document without a table, by a word of its name, and no table. */
  private async namesOtherDocument({ ownerId, conversationRowId, message }: AgentInput): Promise<boolean> {
    const [documents, files] = await Promise.all([
      this.chunks.documents(ownerId, conversationRowId, 'all', MAX_DOCUMENTS),
      this.chunks.tableFiles(ownerId, conversationRowId, [], MAX_DOCUMENTS),
    ]);
    const asked = stems(message);
    const isNamed = ({ filename }: { filename: string }) =>
      [...stems(filename.replace(/\.\w+$/, '').replace(/[_-]/g, ' '))].some((stem) => asked.has(stem));
    const tables = new Set(files.map(({ id }) => id));
    return (
      documents.some((document) => !tables.has(document.id) && isNamed(document)) && !files.some(isNamed)
    );
  }

  private async tables({ ownerId, conversationRowId, documents }: AgentInput): Promise<FileTable[]> {
    const named = documents?.attachmentIds ?? [];
    const only = named.length > 0 ? named : (documents?.within ?? []);
    const files = (
      await Promise.all(
        [false, true].map((isText) =>
          this.chunks.tableFiles(ownerId, conversationRowId, only, isText ? MAX_TEXTS : MAX_FILES, isText),
        ),
      )
    ).flat();
    const read = await Promise.all(files.map(({ id, filename }) => this.tablesOf(id, filename)));
    return read.flat().slice(0, MAX_TABLES);
  }

  /** The tables of one file; none when it was deleted just now. */
  private async tablesOf(fileId: string, file: string): Promise<FileTable[]> {
    try {
      const tables = JSON.parse(await this.blobs.readText(tablesKey(fileId))) as ParsedTable[];
      // Two files may have sheets of one name.
      return tables
        .map(withoutTotals)
        .map((table) => ({ ...table, file, fileId, name: `${file} / ${table.name}` }));
    } catch (error) {
      if (error instanceof BlobMissingError) return [];
      throw error;
    }
  }

  private async read(
    input: AgentInput,
    tables: readonly FileTable[],
    emit: Emit,
    signal: AbortSignal,
  ): Promise<Reading | null> {
    const plan = await this.askModel(input, tables, emit, signal);
    if (!plan) return readConversation(input.message, input.history, tables);
    const table = tables.find(({ name }) => name === plan.table);
    if (!table) return null;
    const unused = unaccountedWords(input.message, table, plan);
    return { table, plan, unused, lacking: null, evidence: 1, coverage: 1, isByModel: true };
  }

  /** @returns null when there is no model, or none that can do this */
  private async askModel(
    { message, history }: AgentInput,
    tables: readonly FileTable[],
    emit: Emit,
    signal: AbortSignal,
  ): Promise<TablePlan | null> {
    const passages = tables.map((table) => ({ title: table.name, text: beginningOf(table) }));
    const prompt = { instructions: INSTRUCTIONS, history, message, passages };
    try {
      return await this.model.structured(prompt, tablePlanSchema, signal, {
        onUsage: (usage) => emit({ type: 'usage', usage, model: this.model.name }),
      });
    } catch (error) {
      // Reading the question without a model is better than no answer.
      if (error instanceof ModelError) return null;
      throw error;
    }
  }
}

/** The columns of a table and its first rows, for a model. */
const beginningOf = ({ columns, rows }: FileTable) =>
  [columns, ...rows.slice(0, ROWS_SHOWN_TO_MODEL)].map((row) => JSON.stringify(row)).join('\n');

const listTables = (tables: readonly FileTable[]) =>
  `Tables, each with its columns and first rows:\n${tables
    .map((table) => `${JSON.stringify(table.name)} (${table.rows.length} rows)\n${beginningOf(table)}`)
    .join('\n')}`;

/** Reservations about a result. */
function notesOf({ table, plan, unused, isByModel }: Reading, { units }: TableResult): string[] {
  const words = unused.map((word) => `“${word}”`).join(', ');
  // A model may have understood a word by another name.
  const unusedNote = isByModel
    ? `This result does not account for ${words}: check that it is what you asked for.`
    : `I did not use ${words} of your question.`;
  return [
    ...(unused.length ? [unusedNote] : []),
    ...(units.length > 1
      ? [
          `The amounts have different units (${units.join(', ')}), which are neither added up nor compared with each other.`,
        ]
      : []),
    ...unclearDates(table, plan),
    ...(table.notes ?? []).slice(0, 2),
  ];
}

/** Says how dates such as `03/04/2031` were read, where a result depends on it. */
function unclearDates(table: FileTable, { groupBy, filters }: TablePlan): string[] {
  const used = new Set([groupBy, ...filters.map(({ column }) => column)]);
  return typedColumns(table).flatMap(({ name, unclear, isDayFirst }) =>
    unclear !== undefined && used.has(name)
      ? [
          `In ${name}, dates such as ${unclear} were read with the ${isDayFirst ? 'day' : 'month'} first; they may also have the ${isDayFirst ? 'month' : 'day'} first.`,
        ]
      : [],
  );
}

/** The rows a result rests on, as a source. @param result null when nothing was computed */
function sourceOf(table: FileTable, result: TableResult | null): Source {
  const rows = result?.matched ?? [];
  const lines = rows
    .slice(0, ROWS_IN_SOURCE)
    .map((row) => table.rows[row - 1]!.map((cell) => cell ?? '').join(' | '));
  return {
    source: `/attachments/${table.fileId ?? ''}/raw`,
    title: rows.length ? `${table.file}, ${rows.length} of ${table.rows.length} rows` : table.file,
    text: [table.columns.join(' | '), ...lines].join('\n').slice(0, MAX_SOURCE).toWellFormed(),
    score: 1,
    metadata: {
      document_id: table.fileId ?? null,
      title: table.file,
      page: null,
      rows: rows.slice(0, 1_000),
    },
  };
}

/** @returns null for a plan of columns that a model has made up */
function tryCompute(table: FileTable, plan: TablePlan): TableResult | null {
  try {
    return compute(table, plan);
  } catch (error) {
    if (error instanceof UnknownColumnError) return null;
    throw error;
  }
}
