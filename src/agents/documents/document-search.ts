import { Injectable } from '@nestjs/common';
import type { Passage } from '../../adapters/chat-model/chat-model.js';
import {
  Retriever,
  type DocumentScope,
  type Question,
  type RetrievedPassage,
} from '../../ingestion/retrieval/retriever.js';
import type { AgentInput, Emit, Source } from '../agent.js';
import { quoteRange } from './quote.js';

/** Default number of passages for an answer. */
const TOP_K = 5;

/** What an answer may rest on. */
export interface Found {
  /** In the order in which an answer cites them. */
  passages: Passage[];
  /** Codes, numbers and names of the question that stand in none of them. */
  notFound: string[];
}

/** Retrieves passages for an answer, and emits its progress. */
@Injectable()
export class DocumentSearch {
  constructor(private readonly retriever: Retriever) {}

  /**
   * Searches the documents the user may read. Emits `log` events and one `sources` event.
   */
  async search(input: AgentInput, scope: DocumentScope, emit: Emit, signal: AbortSignal): Promise<Found> {
    const { passages, missing, degraded } = await this.retriever.retrieve(toQuestion(input, scope), signal);
    const sources = toSources(input.message, passages);
    emit({ type: 'sources', sources });
    if (degraded) emit({ type: 'log', text: 'Retrieval is degraded: not all documents could be searched.' });
    return {
      passages: sources.map((source, i) => ({
        ...toPassage(source),
        isWeak: passages[i]!.isWeak,
        near: passages[i]!.near,
      })),
      notFound: missing.filter(({ kind }) => kind !== 'word').map(({ word }) => word),
    };
  }

  /**
   * Searches for a model's query in the documents that the user may read.
   * @param wanted `attachmentIds` restricts it to these where there are any
   */
  async find(
    { ownerId, documents }: AgentInput,
    wanted: { query: string; limit: number; attachmentIds: readonly string[] },
    scope: DocumentScope,
    signal: AbortSignal,
  ): Promise<{ found: Source[]; degraded: boolean }> {
    const { query, limit, attachmentIds } = wanted;
    const most = Math.min(limit, documents?.topK ?? limit);
    const question = { ownerId, scope, text: query, limit: most, attachmentIds, within: documents?.within };
    const { passages, degraded } = await this.retriever.retrieve(question, signal);
    return { found: toSources(query, passages), degraded };
  }

  /** How sure it is, 0…1, that the documents hold the answer. */
  async certainty(input: AgentInput, scope: DocumentScope, signal: AbortSignal): Promise<number> {
    if (!input.hasDocuments) return 0;
    const { passages } = await this.retriever.retrieve({ ...toQuestion(input, scope), limit: 1 }, signal);
    return passages[0]?.score ?? 0;
  }
}

const toQuestion = (
  { ownerId, message, history, documents }: AgentInput,
  scope: DocumentScope,
): Question => ({
  ownerId,
  scope,
  text: message,
  earlier: history.filter(({ role }) => role === 'user').map(({ content }) => content),
  limit: documents?.topK ?? TOP_K,
  attachmentIds: documents?.attachmentIds,
  within: documents?.within,
});

/** A source in the prompt: its title includes the page. */
export const toPassage = ({ title, text, score, metadata: { page, heading } }: Source): Passage => ({
  title: page ? `${title}, page ${String(page)}` : title,
  text,
  score,
  ...(typeof heading === 'string' && { heading }),
});

/** Files of one name are distinguished by their upload times. */
function toSources(question: string, passages: readonly RetrievedPassage[]): Source[] {
  const files = new Map(passages.map(({ attachmentId, filename }) => [attachmentId, filename]));
  const names = [...files.values()];
  const isShared = (filename: string) => names.indexOf(filename) !== names.lastIndexOf(filename);
  return passages.map((passage) => {
    const source = toSource(question, passage);
    if (!isShared(passage.filename)) return source;
    const uploaded = passage.uploadedAt.toISOString().slice(0, 19).replace('T', ' ');
    return { ...source, title: `${source.title} (uploaded ${uploaded} UTC)` };
  });
}

/** A passage as clients see it. The quote is exact: it is what stands at its range in the attachment's text. */
export function toSource(
  question: string,
  passage: Omit<RetrievedPassage, 'isWeak' | 'near'> & Partial<RetrievedPassage>,
): Source {
  const range = quoteRange(question, passage.text, passage.near);
  return {
    source: `/attachments/${passage.attachmentId}/raw`,
    title: passage.filename,
    text: passage.text,
    score: Math.round(passage.score * 1000) / 1000,
    metadata: {
      document_id: passage.attachmentId,
      revision: passage.revision,
      title: passage.filename,
      heading: passage.heading,
      page: passage.page,
      start: passage.start + range.start,
      end: passage.start + range.end,
      quote: passage.text.slice(range.start, range.end),
    },
  };
}
