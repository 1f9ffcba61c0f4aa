import { Injectable } from '@nestjs/common';
import { TABLE_SUMMARY } from '../../adapters/chat-model/offline/quoted-text.js';
import { toUnits } from '../../adapters/chat-model/offline/units.js';
import {
  ChunksRepository,
  type ChunkPassage,
  type ListedDocument,
} from '../../database/repositories/documents/chunks.repository.js';
import type { DocumentScope } from '../../ingestion/retrieval/retriever.js';
import type { AgentInput, Source } from '../agent.js';
import { toSource } from './document-search.js';
import { chooseDocument, mayAskWhole, readWhole, type WholeQuestion } from './whole-document.js';

/** Passages that a summary is made of, and sections of them that it quotes. */
const PASSAGES = 6;
const MAX_PARTS = 10;
const MAX_LISTED = 20;
/** Documents considered for the one that is meant. */
const MAX_DOCUMENTS = 200;
const MAX_SENTENCE = 300;

/** An answer about documents as a whole; a model may write a summary of its own from the sources. */
export interface Overview {
  kind: WholeQuestion;
  text: string;
  sources: Source[];
}

/** Answers questions about whole documents from their structure: their parts, and how each part begins. */
@Injectable()
export class DocumentOverview {
  constructor(private readonly chunks: ChunksRepository) {}

  /** @returns null when the question is about no whole document, or about none that was read */
  async answer(
    { ownerId, conversationRowId, message, documents: options }: AgentInput,
    scope: DocumentScope,
  ): Promise<Overview | null> {
    if (!mayAskWhole(message)) return null;
    const all = await this.chunks.documents(ownerId, conversationRowId, scope, MAX_DOCUMENTS);
    const documents = options?.within ? among(all, options.within) : all;
    const filenames = documents.map(({ filename }) => filename);
    const kind = readWhole(message, filenames);
    if (kind === null || documents.length === 0) return null;
    if (kind === 'list') return { kind, text: listDocuments(documents), sources: [] };
    const wanted = options?.attachmentIds ?? [];
    const readable = documents.filter(
      ({ id, chunkCount }) => chunkCount > 0 && (!wanted.length || wanted.includes(id)),
    );
    const document = chooseDocument(message, readable);
    if (!document) return null;
    const passages = await this.chunks.outline(ownerId, document.id, PASSAGES);
    if (kind === 'pages')
      return {
        kind,
        text: `${countPages(document.filename, await this.chunks.lastPage(ownerId, document.id))} [1]`,
        sources: passages.slice(0, 1).map((passage) => toSource(message, { ...passage, score: 1 })),
      };
    return {
      kind,
      text: summarise(document.filename, passages, readable.length - 1),
      sources: passages.map((passage) => toSource(message, { ...passage, score: 1 })),
    };
  }
}

const among = (documents: readonly ListedDocument[], ids: readonly string[]) => {
  const found = documents.filter(({ id }) => ids.includes(id));
  return found.map((document) => ({ ...document, total: found.length }));
};

/** Slides count as pages. @param last page with text; null where a format has none */
function countPages(filename: string, last: number | null): string {
  if (last === null) return `${filename} is not divided into pages.`;
  return `${filename} has ${last} ${last === 1 ? 'page' : 'pages'}, up to the last one with text.`;
}

/** @param others how many documents may have been meant instead */
function summarise(filename: string, passages: readonly ChunkPassage[], others: number): string {
  const tables = passages.flatMap(tableOf);
  const parts = (tables.length > 0 ? tables : passages.flatMap(sectionsOf)).slice(0, MAX_PARTS);
  const lines = parts.map(({ name, text, source }) => `- ${name && `**${name}**: `}“${text}” [${source}]`);
  const note = others > 0 ? `\n\nYou have ${others} more; name one to read about it instead.` : '';
  const lead = tables.length > 0 ? `${filename} holds:` : `The parts of ${filename} begin like this:`;
  return `${lead}\n\n${lines.join('\n')}${note}`;
}

/** The size and the columns of a table; none where a passage has only rows. */
function tableOf({ text }: ChunkPassage, index: number) {
  const summary = text.split(/\n{2,}/).find((block) => TABLE_SUMMARY.test(block));
  if (summary === undefined) return [];
  const [size = '', ...columns] = summary.split('\n').map((line) => line.trim());
  const shown = cut(`${size} ${columns.join('; ')}`.trim());
  return [{ name: '', text: shown, source: index + 1 }];
}

/** The first sentence below each heading of a passage; several short sections may be one passage. */
function sectionsOf({ text, heading, page }: ChunkPassage, index: number) {
  const outer = heading?.split(' > ').at(-1) ?? (page === null ? '' : `Page ${page}`);
  const units = toUnits(text, '', index + 1);
  const firsts = units.filter((unit, i) => i === 0 || unit.heading !== units[i - 1]!.heading);
  const named = firsts.map((unit) => ({ ...unit, name: unit.heading ?? outer, text: cut(unit.text) }));
  return named.length ? named : [{ name: '', text: cut(text.trim()), source: index + 1 }];
}

function listDocuments(documents: readonly ListedDocument[]): string {
  const { total } = documents[0]!;
  const lines = documents.slice(0, MAX_LISTED).map((document) => {
    const notes = notesOf(document).join(', ');
    return `- ${document.filename}${notes && ` (${notes})`}`;
  });
  const more = total > MAX_LISTED ? `\n\nand ${total - MAX_LISTED} more.` : '';
  return `You have ${total} ${total === 1 ? 'document' : 'documents'}:\n\n${lines.join('\n')}${more}`;
}

function notesOf({ status, isSystem }: ListedDocument): string[] {
  const notes = isSystem ? ['for everybody'] : [];
  if (status === 'failed') notes.push('could not be read');
  else if (status !== 'indexed') notes.push('still being read');
  return notes;
}

const cut = (text: string) =>
  text.length > MAX_SENTENCE ? `${text.slice(0, MAX_SENTENCE).toWellFormed()}…` : text;
