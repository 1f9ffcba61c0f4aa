import type { ChatTurn } from '../../adapters/chat-model/chat-model.js';
import { folded, type FileTable } from './typed-table.js';
import { readQuestion, type Reading } from './read-question.js';

/** Earlier questions that this one may follow up. */
const MAX_QUESTIONS = 6;
const SHEET = /\.(?:csv|tsv|xlsx?|json|ndjson|jsonl)$/i;
const NAMED_FILE = /[\p{L}\p{N}_.-]+\.(?:csv|tsv|xlsx?|json|ndjson)\b/iu;

/**
 * Parses the latest question of a conversation against tables, with the questions before it as context.
 * @param tables those of the conversation first, then the newest
 */
export function readConversation(
  message: string,
  history: readonly ChatTurn[],
  tables: readonly FileTable[],
): Reading | null {
  const questions = history.filter(({ role }) => role === 'user').slice(-MAX_QUESTIONS);
  let before: Reading | null = null;
  for (const { content } of questions) before = readAny(content, tables, before, true);
  return readAny(message, tables, before);
}

/** Takes the table that matches most of the question; of equals the first. */
function readAny(
  message: string,
  tables: readonly FileTable[],
  before: Reading | null,
  isContext = false,
): Reading | null {
  const readings = named(message, tables).flatMap((table) => {
    const plan = before?.table.name === table.name ? before.plan : null;
    const reading = readQuestion(message, table, plan, undefined, isContext);
    // A question with other words is seldom about a table in a text.
    const isSure = SHEET.test(table.file) || (reading?.lacking === null && reading.unused.length === 0);
    return reading && isSure ? reading : [];
  });
  const isBetter = (a: Reading, b: Reading) =>
    Number(a.lacking !== null) - Number(b.lacking !== null) ||
    a.unused.length - b.unused.length ||
    b.evidence - a.evidence;
  return readings.toSorted(isBetter)[0] ?? null;
}

/** Only the files that are named, where some are. */
function named(message: string, tables: readonly FileTable[]): readonly FileTable[] {
  const text = folded(message);
  const wanted = tables.filter(({ file }) => text.includes(folded(file)));
  if (wanted.length > 0) return wanted;
  // Another file is named: none of these answers in its place.
  return NAMED_FILE.test(message) ? [] : tables;
}
