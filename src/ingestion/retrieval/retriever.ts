import { Injectable } from '@nestjs/common';
import { EmbeddingsError, type Embeddings } from '../../adapters/embeddings/embeddings.js';
import { tenantOf } from '../../common/tenant.js';
import { VectorStoreError, type Hit, type SearchScope } from '../../adapters/vector-store/vector-store.js';
import { Logger } from '../../common/logger.js';
import {
  ChunksRepository,
  type ChunkPassage,
} from '../../database/repositories/documents/chunks.repository.js';
import { detectLanguage } from '../../search/languages.js';
import { plainWords } from '../../search/words.js';
import { queryVector } from '../../search/sparse.js';
import type { NearSentence } from '../../search/sentences.js';
import { newestFirst, withoutCopies } from '../copies.js';
import { EmbeddingIndexes, type DocumentIndex } from '../indexes/embedding-indexes.js';
import { fuse } from './fusion.js';
import { missingWords, type MissingWord } from './missing-words.js';
import { toInquiry, type Inquiry } from './question.js';
import { judge, nearnessOf, related, type Judged } from './relevance.js';
import { SentenceSearch, type Nearness } from './sentence-search.js';
import { sentenceRanges } from './sentences.js';
import { Vocabulary } from './vocabulary.js';

/** Whose documents are searched: the owner's own, those for all users, or both. */
export type DocumentScope = 'all' | 'own' | 'system';

export interface Question {
  ownerId: string;
  scope: DocumentScope;
  text: string;
  /** The user's earlier questions in this conversation, oldest first; their words count a little. */
  earlier?: readonly string[];
  /** Passages wanted at most. */
  limit: number;
  /** These attachments only; all the owner may see when empty or left out. */
  attachmentIds?: readonly string[];
  /** Where none are named: only these attachments, and only passages relevant to the question. */
  within?: readonly string[];
  /** Another search than that of answers, for evaluations. */
  search?: {
    /** `words` and `vectors`: one of the two searches alone. */
    mode: 'hybrid' | 'words' | 'vectors';
    /** The embedding model whose index is searched. */
    model: string;
  };
}

export interface RetrievedPassage extends ChunkPassage {
  /** 0…1: how likely it is to bear on the question. */
  score: number;
  /** True when it is more likely than not that it does not answer: to be shown as uncertain. */
  isWeak: boolean;
  /** Its sentences with their nearness in meaning; empty where sentences are not embedded. */
  near: readonly NearSentence[];
}

export interface Retrieval {
  /** Best first, copies left out; none when nothing there has anything to do with the question. */
  passages: RetrievedPassage[];
  /**
   * The words of the question that stand in none of the passages, nor in their titles and headings, as they were
   * written and in their order. A `code`, `number` or `name` among them means that the passages are about another one:
   * the answer is uncertain in words, however high the scores.
   */
  missing: MissingWord[];
  /** True when not all that is there could be searched. */
  degraded: boolean;
}

/** What is near a question in meaning, and the question's own vector. */
interface Near {
  vector: Float32Array;
  hits: Hit[];
}

const NOTHING_NEAR: Nearness = { cosines: new Map(), bySentence: new Map() };
/** Looked at of each of the two searches. */
const CANDIDATES = 40;
/** Looked into of both together. */
const JUDGED = 50;
/** More of a message than this is not read. */
const MAX_MESSAGE_CHARS = 20_000;

/** Finds the passages a question is answered from: by meaning and by words, of documents its owner may see. */
@Injectable()
export class Retriever {
  constructor(
    private readonly indexes: EmbeddingIndexes,
    private readonly chunks: ChunksRepository,
    private readonly vocabulary: Vocabulary,
    private readonly sentences: SentenceSearch,
    private readonly logger: Logger,
  ) {}

  /** Never fails because of the vector store or the embeddings server: it finds less and reports that. */
  async retrieve(question: Question, signal?: AbortSignal): Promise<Retrieval> {
    const { ownerId, scope, limit, attachmentIds } = question;
    const text = endsOf(question.text).toWellFormed();
    const tenants = tenantsOf(scope, ownerId);
    const inquiry = toInquiry(text, question.earlier);
    // One index for all of the question, also if another becomes the active one meanwhile.
    const { active, next } = await this.indexes.current();
    void next?.store.prepare(tenants);
    const index = question.search ? this.indexes.of(question.search.model) : active;
    const mode = question.search?.mode ?? 'hybrid';
    const only = attachmentIds?.length ? attachmentIds : question.within;
    const where = { tenants, ...(only && { attachmentIds: only }) };
    const [dense, { words, terms }] = await Promise.all([
      mode === 'words'
        ? null
        : this.orNull(() => this.searchMeaning(index, inquiry.focus, where, signal), signal),
      this.searchWords(index, inquiry, where, signal),
    ]);
    const hits = mode === 'vectors' ? [] : (words ?? []);
    const judged = await this.judgeFound(index, ownerId, { ...inquiry, terms }, dense, hits);
    // Documents that the client names are meant, however little their words have in common with the question.
    const chosen = withoutCopies(newestFirst(attachmentIds?.length ? judged : related(judged)), terms);
    const passages = chosen.slice(0, limit).map(withoutFeatures);
    return {
      passages,
      missing: missingWords(text, terms, passages),
      degraded: (!dense && mode !== 'words') || !words,
    };
  }

  private async searchMeaning(
    { embeddings, store }: DocumentIndex,
    focus: string,
    where: SearchScope,
    signal?: AbortSignal,
  ): Promise<Near> {
    const [vector] = await embeddings.embed([focus], signal);
    return { vector: vector!, hits: await store.searchDense(vector!, where, CANDIDATES) };
  }

  private async searchWords(
    { store }: DocumentIndex,
    { terms: said }: Inquiry,
    where: SearchScope,
    signal?: AbortSignal,
  ) {
    const terms = await this.vocabulary.expand(said, where.tenants);
    const words = await this.orNull(() => store.searchSparse(queryVector(terms), where, CANDIDATES), signal);
    return { words, terms };
  }

  /** The text comes from PostgreSQL, which is the only source for what still exists and who owns it. */
  private async judgeFound(
    { embeddings }: DocumentIndex,
    ownerId: string,
    { terms, focus }: Inquiry,
    near: Near | null,
    words: readonly Hit[],
  ) {
    const fused = fuse([near?.hits ?? [], words]).slice(0, JUDGED);
    if (fused.length === 0) return [];
    const ids = fused.map(({ id }) => id);
    const [found, nearness] = await Promise.all([
      this.chunks.visible(ownerId, ids),
      near ? this.sentences.nearest(embeddings, near.vector, near.hits, ids) : NOTHING_NEAR,
    ]);
    const byId = new Map(found.map((passage) => [passage.id, passage]));
    const candidates = ids.flatMap((id) => byId.get(id) ?? []);
    const { cosines, bySentence } = nearness;
    const isUnderstood = understands(embeddings, focus);
    return judge(terms, candidates, cosines, embeddings.model).map((passage) => ({
      ...passage,
      near:
        isUnderstood && understands(embeddings, passage.text)
          ? nearSentences(embeddings, passage.text, bySentence.get(passage.id))
          : [],
    }));
  }

  private async orNull<T>(search: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    try {
      return await search();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof VectorStoreError || error instanceof EmbeddingsError)) throw error;
      this.logger.warn({ err: error }, 'retrieval is degraded');
      return null;
    }
  }
}

/**
 * Sentences in a language that the model does not know are near each other for being in it. Of a text whose language is
 * not known by its stop words its letters decide.
 */
const understands = ({ language }: Embeddings, text: string) => {
  if (!language) return true;
  const found = detectLanguage(plainWords(text))?.code;
  return found ? found === language : !OTHER_LETTERS.test(text);
};

/** Letters that English words do not have; a name may have one. */
const OTHER_LETTERS = /(?=[^\p{sc=Latin}])\p{L}|[^\P{L}a-z].*[^\P{L}a-z]/isu;

/** None when the text is cut into other sentences now than when they were embedded. */
function nearSentences({ model }: Embeddings, text: string, cosines: readonly number[] = []): NearSentence[] {
  const ranges = sentenceRanges(text);
  if (ranges.length !== cosines.length) return [];
  return ranges.map(({ start, end }, i) => ({
    text: text.slice(start, end),
    nearness: nearnessOf(cosines[i]!, model),
  }));
}

function tenantsOf(scope: DocumentScope, ownerId: string): SearchScope['tenants'] {
  if (scope === 'system') return ['system'];
  return scope === 'own' ? [tenantOf(ownerId)] : ['system', tenantOf(ownerId)];
}

/** The beginning and end of a message: its question stands at one of them. */
const endsOf = (text: string) =>
  text.length <= MAX_MESSAGE_CHARS
    ? text
    : `${text.slice(0, MAX_MESSAGE_CHARS / 2)}\n${text.slice(-MAX_MESSAGE_CHARS / 2)}`;

function withoutFeatures<P extends ChunkPassage>(judged: Judged<P>): Omit<Judged<P>, 'features'> {
  const { features: _, ...passage } = judged;
  return passage;
}
