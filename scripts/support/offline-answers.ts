import { composeReply } from '../../src/adapters/chat-model/offline/offline-reply.js';
import { toPassage, toSource } from '../../src/agents/documents/document-search.js';
import type { Retrieval } from '../../src/ingestion/retrieval/retriever.js';
import { holdsAnswer, type GoldenQuestion } from './golden-documents.js';

const QUOTES = /“([^”]*)”/g;

/** The texts that the offline model quotes in answer to a question, in its order. */
export function quotesFor({ question }: GoldenQuestion, { passages, missing }: Retrieval): string[] {
  const sources = passages.map((passage) => toSource(question, passage));
  const reply = composeReply({
    instructions: '',
    history: [],
    message: question,
    passages: sources.map((source, i) => ({
      ...toPassage(source),
      isWeak: passages[i]!.isWeak,
      near: passages[i]!.near,
    })),
    notFound: missing.filter(({ kind }) => kind !== 'word').map(({ word }) => word),
  });
  return [...reply.matchAll(QUOTES)].map(([, text = '']) => text).filter((text) => !question.includes(text));
}

/** Of the questions that have an answer, how many are answered by some quote, and how many by the first one. */
export function quoteScores(asked: readonly { question: GoldenQuestion; quotes: readonly string[] }[]) {
  const answerable = asked.filter(({ question }) => question.document !== null);
  const share = (count: number) => count / (answerable.length || 1);
  return {
    'reply holds the fact': share(
      answerable.filter(({ question, quotes }) => holdsAnswer(question, quotes.join('\n'))).length,
    ),
    'first quote holds the fact': share(
      answerable.filter(({ question, quotes }) => holdsAnswer(question, quotes[0] ?? '')).length,
    ),
  };
}
