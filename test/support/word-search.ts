import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChunkPassage } from '../../src/database/repositories/documents/chunks.repository.js';
import type { DocumentTermsRepository } from '../../src/database/repositories/documents/document-terms.repository.js';
import { newestFirst, withoutCopies } from '../../src/ingestion/copies.js';
import { toInquiry } from '../../src/ingestion/retrieval/question.js';
import { judge, related } from '../../src/ingestion/retrieval/relevance.js';
import { Vocabulary } from '../../src/ingestion/retrieval/vocabulary.js';
import { rarity } from '../../src/search/bm25.js';
import { documentVector, queryVector } from '../../src/search/sparse.js';
import { documentTerms } from '../../src/search/terms.js';

const CANDIDATES = 40;

/** The ranking of the retriever without vectors and stores: what words alone find in a folder of small files. */
export class WordSearch {
  private readonly passages: ChunkPassage[];
  private readonly vectors: Map<number, number>[];
  private readonly vocabulary: Vocabulary;

  constructor(passages: readonly { filename: string; text: string }[]) {
    this.passages = passages.flatMap(({ filename, text }) => toPassages(filename, text));
    const whole = this.passages.map(
      ({ filename, heading, text }) => `${filename}\n${heading ?? ''}\n${text}`,
    );
    this.vectors = whole.map((text) => {
      const { indices, values } = documentVector(text);
      return new Map(indices.map((index, i) => [index, values[i]!]));
    });
    const stored: Pick<DocumentTermsRepository, 'state' | 'changedSince'> = {
      state: () => Promise.resolve({ documents: whole.length, changedAt: 'once' }),
      async *changedSince() {
        for (const text of whole) yield [...new Set(documentTerms(text).terms)];
      },
    };
    this.vocabulary = new Vocabulary(stored as DocumentTermsRepository, { warn: fail } as never);
  }

  static of(folder: string): WordSearch {
    return new WordSearch(
      readdirSync(folder).map((filename) => ({
        filename,
        text: readFileSync(join(folder, filename), 'utf8'),
      })),
    );
  }

  /** Passages, best first. @param earlier what was asked before, oldest first */
  async find(question: string, earlier: readonly string[] = []) {
    const terms = await this.vocabulary.expand(toInquiry(question, earlier).terms, ['all']);
    const { indices, values } = queryVector(terms);
    const worth = indices.map(
      (index, i) =>
        values[i]! * rarity(this.vectors.length, this.vectors.filter((vector) => vector.has(index)).length),
    );
    const found = this.passages
      .map((passage, row) => ({
        passage,
        score: indices.reduce((sum, index, i) => sum + (this.vectors[row]!.get(index) ?? 0) * worth[i]!, 0),
      }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, CANDIDATES)
      .map(({ passage }) => passage);
    return withoutCopies(newestFirst(related(judge(terms, found, new Map(), 'none'))), terms);
  }
}

const fail = (_data: unknown, message: string) => {
  throw new Error(message);
};

/** Each paragraph is a passage below the heading of its file. */
function toPassages(filename: string, markdown: string): ChunkPassage[] {
  const heading = /^# (.*)$/m.exec(markdown)?.[1] ?? null;
  return markdown
    .split(/\n\n+/)
    .filter((text) => text.trim() !== '' && !text.startsWith('#'))
    .map((text, position) => ({
      id: `${filename}#${position}`,
      attachmentId: filename,
      filename,
      revision: 1,
      page: null,
      heading,
      start: 0,
      end: text.length,
      text,
      uploadedAt: new Date(0),
    }));
}
