import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { BlobStore } from '../../src/adapters/blob-store/blob-store.js';
import type { ChatTurn } from '../../src/adapters/chat-model/chat-model.js';
import { OfflineChatModel } from '../../src/adapters/chat-model/offline/offline-chat-model.js';
import { Embeddings } from '../../src/adapters/embeddings/embeddings.js';
import { SentenceEncoder } from '../../src/adapters/embeddings/sentence-encoder/sentence-encoder.js';
import type { Hit, Point } from '../../src/adapters/vector-store/vector-store.js';
import type { Source } from '../../src/agents/agent.js';
import { DocumentSearch } from '../../src/agents/documents/document-search.js';
import { DocumentOverview } from '../../src/agents/documents/overview.js';
import type { PersonaParts } from '../../src/agents/personas/persona-parts.js';
import { PersonaAgent } from '../../src/agents/personas/persona.agent.js';
import { ASSISTANT } from '../../src/agents/personas/persona.js';
import { TableTool } from '../../src/agents/tables/table-tool.js';
import type { ChunkPassage } from '../../src/database/repositories/documents/chunks.repository.js';
import { ChunkEmbedder } from '../../src/ingestion/chunk-embedder.js';
import { chunkDocument } from '../../src/ingestion/chunker.js';
import { detectType } from '../../src/ingestion/file-types.js';
import { fileKindOf } from '../../src/ingestion/parsers/file-kinds.js';
import { passageOf, pointsOf } from '../../src/ingestion/passages.js';
import { Retriever } from '../../src/ingestion/retrieval/retriever.js';
import { SentenceSearch } from '../../src/ingestion/retrieval/sentence-search.js';
import { Vocabulary } from '../../src/ingestion/retrieval/vocabulary.js';
import { rarity } from '../../src/search/bm25.js';
import type { SparseVector } from '../../src/search/sparse.js';
import { documentTerms } from '../../src/search/terms.js';

const MODEL = 'universal-sentence-encoder-lite';
const OWNER = 'reader';
/** Types whose tables are looked up first. */
const TABLE_TYPES = /csv|tab-separated|json|spreadsheet/;

interface MemoryFile {
  id: string;
  filename: string;
  mediaType: string;
  tables: string | null;
  chunks: ChunkPassage[];
}

/** The local embeddings, on the thread that calls them. */
class EncoderEmbeddings extends Embeddings {
  readonly model = MODEL;
  override readonly embedsSentences = true;
  override readonly language = 'en';
  private readonly encoder = new SentenceEncoder();

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    return texts.length > 0
      ? this.encoder.embed(texts.map((text) => text.trim().slice(0, 2_000) || '.'))
      : [];
  }
}

/**
 * A folder of files, parsed, chunked and embedded as uploads are, and the default agent that answers from them: all but
 * its engines, which are kept in memory, so that a unit test can ask hundreds of questions.
 */
export class MemoryLibrary {
  private constructor(private readonly agent: PersonaAgent) {}

  static async open(folder: string): Promise<MemoryLibrary> {
    const files: MemoryFile[] = [];
    for (const filename of readdirSync(folder).sort())
      files.push(await parseFile(join(folder, filename), filename));
    const embeddings = new EncoderEmbeddings();
    const cached = new Map<string, { vector: Float32Array; sentences: readonly Int8Array[] | null }>();
    const chunks = files.flatMap((file) => file.chunks);
    const passages = chunks.map((chunk) => passageOf(chunk.filename, chunk));
    const hashes = new Map(
      chunks.map(({ id }, i) => [id, createHash('sha256').update(passages[i]!).digest('hex')]),
    );
    const cache = {
      find: async () => new Map(),
      store: async (_model: string, vectors: typeof cached) => {
        for (const [hash, entry] of vectors) cached.set(hash, entry);
      },
      sentences: async (_model: string, ids: readonly string[]) =>
        new Map(ids.map((id) => [id, cached.get(hashes.get(id)!)?.sentences ?? []])),
    } as never;
    const { signal } = new AbortController();
    const vectors = await new ChunkEmbedder(cache).embed(
      embeddings,
      chunks.map(({ id, text }, i) => ({ hash: hashes.get(id)!, text, passage: passages[i]! })),
      async () => undefined,
      signal,
    );
    const points = (await pointsOf(chunks, passages, signal)).map((point, i) => ({
      ...point,
      dense: vectors[i]!,
    }));
    const warnings = { warn: (data: unknown, message: string) => fail(message, data) } as never;
    const words = passages.map((passage) => [...new Set(documentTerms(passage).terms)]);
    const terms = {
      state: async () => ({ documents: files.length, changedAt: 'once' }),
      async *changedSince() {
        yield* words;
      },
    };
    const index = { embeddings, store: storeOf(points) };
    const retriever = new Retriever(
      { current: async () => ({ active: index, next: null, kept: [index] }) } as never,
      rowsOf(files) as never,
      new Vocabulary(terms as never, warnings),
      new SentenceSearch(cache),
      warnings,
    );
    return new MemoryLibrary(new PersonaAgent('assistant', ASSISTANT, partsOf(files, retriever)));
  }

  /** Puts questions in one conversation. @returns the last answer */
  async ask(questions: readonly string[]): Promise<{ reply: string; sources: readonly Source[] }> {
    const history: ChatTurn[] = [];
    let sources: readonly Source[] = [];
    for (const message of questions) {
      let reply = '';
      const input = {
        ownerId: OWNER,
        conversationRowId: 'one',
        message,
        history: [...history],
        earlier: [],
        state: {},
        hasDocuments: true,
      };
      await this.agent.answer(
        input,
        (event) => {
          if (event.type === 'text') reply += event.tokens.join('');
          if (event.type === 'retract') reply = '';
          if (event.type === 'sources') ({ sources } = event);
        },
        new AbortController().signal,
      );
      history.push({ role: 'user', content: message }, { role: 'assistant', content: reply });
    }
    return { reply: history.at(-1)!.content, sources };
  }
}

const fail = (message: string, cause: unknown) => {
  throw new Error(message, { cause });
};

async function parseFile(path: string, filename: string): Promise<MemoryFile> {
  const type = await detectType(path, filename);
  const parser = await fileKindOf(type?.mediaType ?? '')?.parser();
  if (!type || !parser) throw new Error(`${filename} is not read`);
  const { tables, ...document } = await parser.parse(path, type.name, null);
  const chunks = [...chunkDocument(document)].map((chunk, position) => ({
    ...chunk,
    id: `${filename}#${position}`,
    attachmentId: filename,
    filename,
    revision: 1,
    uploadedAt: new Date(0),
  }));
  return {
    id: filename,
    filename,
    mediaType: type.mediaType,
    tables: tables.length > 0 ? JSON.stringify(tables) : null,
    chunks,
  };
}

/** Exact search of all points. */
function storeOf(points: readonly Point[]) {
  const words = points.map(
    ({ sparse }) => new Map(sparse.indices.map((index, i) => [index, sparse.values[i]!])),
  );
  const best = (scores: readonly number[], limit: number): Hit[] =>
    points
      .map(({ id }, i) => ({ id, score: scores[i]! }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, limit);
  return {
    prepare: async () => undefined,
    searchDense: async (vector: Float32Array, _scope: unknown, limit: number) =>
      best(
        points.map(({ dense }) => dense!.reduce((sum, value, i) => sum + value * vector[i]!, 0)),
        limit,
      ),
    searchSparse: async ({ indices, values }: SparseVector, _scope: unknown, limit: number) => {
      const worth = indices.map(
        (index, i) => values[i]! * rarity(words.length, words.filter((own) => own.has(index)).length),
      );
      return best(
        words.map((own) => indices.reduce((sum, index, i) => sum + (own.get(index) ?? 0) * worth[i]!, 0)),
        limit,
      );
    },
  };
}

/** The reads of `ChunksRepository` that answers make. */
function rowsOf(files: readonly MemoryFile[]) {
  const chunks = new Map(files.flatMap((file) => file.chunks.map((chunk) => [chunk.id, chunk])));
  return {
    visible: async (_owner: string, ids: readonly string[]) => ids.flatMap((id) => chunks.get(id) ?? []),
    documents: async () =>
      files.map(({ id, filename, chunks: own }) => ({
        id,
        filename,
        status: 'indexed',
        chunkCount: own.length,
        isSystem: false,
        total: files.length,
      })),
    outline: async (_owner: string, id: string, limit: number) =>
      files.find((file) => file.id === id)!.chunks.slice(0, limit),
    lastPage: async () => null,
    tableFiles: async (_o: string, _c: string, _ids: unknown, limit: number, isText = false) =>
      files
        .filter(({ mediaType, tables }) => tables && TABLE_TYPES.test(mediaType) !== isText)
        .slice(0, limit),
  };
}

function partsOf(files: readonly MemoryFile[], retriever: Retriever): PersonaParts {
  const model = new OfflineChatModel();
  const rows = rowsOf(files) as never;
  const blobs: Pick<BlobStore, 'readText'> = {
    readText: async (key) => files.find(({ id }) => key.includes(id))!.tables!,
  };
  return {
    model,
    documents: new DocumentSearch(retriever),
    overview: new DocumentOverview(rows),
    tables: new TableTool(rows, blobs as never, model, { add: async () => undefined } as never),
    unread: { settle: async () => '' } as never,
    pictures: { load: async () => ({ pictures: [], ids: [], notes: [] }) } as never,
    toolbox: { check: () => undefined, callByRule: async () => '' } as never,
  };
}
