import { readFileSync } from 'node:fs';
import type { MemoryLibrary } from './memory-library.js';

/** A question of test/eval/newcomer.json. */
export interface NewcomerQuestion {
  id: string;
  /** The questions of a conversation; the last one counts. */
  ask: string[];
  /** File that answers; null for a question that has nothing to do with the files. */
  document: string | null;
  /** Words that the answer must hold, all of them in one quote; null where no file answers. */
  fact: string[] | null;
  split: 'tune' | 'held';
}

/** A question with its answer. */
export interface NewcomerAnswer extends NewcomerQuestion {
  reply: string;
  /** What the reply quotes, in order. */
  quotes: string[];
  /** Whether some quote holds the fact, and the first one does. */
  isHeld: boolean;
  isFirst: boolean;
  /** Whether the reply says that it may not answer, or that nothing was found. */
  isDoubted: boolean;
}

const DOUBT = /^(?:I am not sure|I found nothing|I do not know)| (?:stands?|is|are) nowhere in what /;

const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, ' ');

/**
 * Asks the questions of test/eval/newcomer.json, each in a conversation of its own.
 * @param split the only half that is asked
 */
export async function askNewcomer(
  library: MemoryLibrary,
  split?: NewcomerQuestion['split'],
): Promise<NewcomerAnswer[]> {
  const questions = JSON.parse(readFileSync('test/eval/newcomer.json', 'utf8')) as NewcomerQuestion[];
  return Promise.all(
    questions
      .filter((question) => !split || question.split === split)
      .map(async (question) => {
        const { reply } = await library.ask(question.ask);
        const quotes = [...reply.matchAll(/“([^”]*)”/g)].map(([, text = '']) => text);
        // Computed answers quote nothing.
        const parts = quotes.length > 0 ? quotes : [reply];
        const holds = (text: string) =>
          question.fact?.every((part) => plain(text).includes(plain(part))) ?? false;
        return {
          ...question,
          reply,
          quotes,
          isHeld: parts.some(holds),
          isFirst: holds(parts[0] ?? ''),
          isDoubted: DOUBT.test(reply),
        };
      }),
  );
}

/** Counts of answers. */
export interface NewcomerScores {
  /** Questions with an answer: the reply holds it, its first quote does, and the reply is in doubt all the same. */
  held: number;
  first: number;
  needlessDoubt: number;
  /** Questions without an answer: the reply says so or is in doubt. */
  doubted: number;
}

/** Whether it is answered in the first quote and without doubt, or is said not to be answered. */
export const isRight = ({ fact, isFirst, isDoubted }: NewcomerAnswer): boolean =>
  fact ? isFirst && !isDoubted : isDoubted;

/** How many of each there are. */
export function scoresOf(answers: readonly NewcomerAnswer[]): NewcomerScores {
  const answerable = answers.filter(({ fact }) => fact);
  const count = (of: readonly NewcomerAnswer[], is: (answer: NewcomerAnswer) => boolean) =>
    of.filter(is).length;
  return {
    held: count(answerable, ({ isHeld }) => isHeld),
    first: count(answerable, ({ isFirst }) => isFirst),
    needlessDoubt: count(answerable, ({ isDoubted }) => isDoubted),
    doubted: count(
      answers.filter(({ fact }) => !fact),
      ({ isDoubted }) => isDoubted,
    ),
  };
}
