import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readWhole } from '../src/agents/documents/whole-document.js';
import { compute } from '../src/agents/tables/compute.js';
import { readConversation } from '../src/agents/tables/read-conversation.js';
import type { FileTable } from '../src/agents/tables/typed-table.js';
import { MemoryLibrary } from '../scripts/support/memory-library.js';
import {
  askNewcomer,
  isRight,
  scoresOf,
  type NewcomerScores,
} from '../scripts/support/newcomer-questions.js';
import { parse } from '../src/ingestion/parsers/tables/csv.js';

/*
 * Questions about tables and about whole documents in test/eval, as the offline rules read them, and those of a
 * newcomer about ordinary files, as the default agent answers them without a model. The figures of
 * test/eval/questions-baseline.json are held: fewer right answers fail.
 */
const read = <T>(name: string) => JSON.parse(readFileSync(`test/eval/${name}.json`, 'utf8')) as T;
const baseline = read<{ tables: number; wholeDocuments: number; newcomer: NewcomerScores }>(
  'questions-baseline',
);

/** What a result must hold: a number up to its third digit, a word, or both in one row; null for a refusal in words. */
type Wanted = number | string | [string, number] | null;

async function tablesOf(file: string): Promise<FileTable[]> {
  const { tables } = await parse(`test/eval/tables/${file}`, basename(file, '.csv'));
  return tables.map((table) => ({ ...table, file, name: `${file} / ${table.name}` }));
}

function answer(tables: readonly FileTable[], questions: readonly string[]): unknown[][] | null {
  const history = questions.slice(0, -1).map((content) => ({ role: 'user' as const, content }));
  const reading = readConversation(questions.at(-1)!, history, tables);
  if (!reading) return [];
  if (reading.lacking) return null;
  return reading.plan.measure === 'columns'
    ? [reading.table.columns]
    : compute(reading.table, reading.plan).rows;
}

function holds(rows: unknown[][] | null, wanted: Wanted): boolean {
  // That no row matched is said in words, too.
  if (wanted === null) return rows === null || rows.flat().every((cell) => cell === null);
  if (rows === null) return false;
  const parts = Array.isArray(wanted) ? wanted : [wanted];
  const has = (row: readonly unknown[], part: string | number) =>
    row.some((cell) =>
      typeof part === 'number' ? Math.abs(numberOf(cell) - part) < 0.001 : String(cell) === part,
    );
  return rows.some((row) => parts.every((part) => has(row, part)));
}

const numberOf = (cell: unknown) => Number(String(cell).replace(/[$,]/g, ''));

it('computes answers from tables', async () => {
  const items = read<{ id: string; file: string; ask: string[]; want: Wanted }[]>('tables');
  const wrong: string[] = [];
  for (const { id, file, ask, want } of items) {
    const rows = answer(await tablesOf(file), ask);
    if (!holds(rows, want)) wrong.push(`${id} ${ask.at(-1)} -> ${JSON.stringify(rows)}`);
  }
  expect(items.length - wrong.length >= baseline.tables ? [] : wrong).toEqual([]);
});

it('recognises questions about whole documents', () => {
  const files = ['handbook.pdf', 'beekeeping.md'];
  const items = read<{ id: string; question: string; kind: 'summary' | 'list' | null }[]>('whole-documents');
  const wrong = items.flatMap(({ id, question, kind }) => {
    const found = readWhole(question, files);
    return found === kind ? [] : `${id} ${question} -> ${found}`;
  });
  expect(items.length - wrong.length >= baseline.wholeDocuments ? [] : wrong).toEqual([]);
});

it("answers a newcomer's questions about ordinary files", async () => {
  const asked = await askNewcomer(await MemoryLibrary.open('test/eval/newcomer'), 'held');
  const { held, first, doubted, needlessDoubt } = scoresOf(asked);
  const { newcomer } = baseline;
  const isWorse =
    held < newcomer.held ||
    first < newcomer.first ||
    doubted < newcomer.doubted ||
    needlessDoubt > newcomer.needlessDoubt;
  const wrong = asked
    .filter((one) => !isRight(one))
    .map(({ id, ask, reply }) => `${id} ${ask.join(' > ')} -> ${reply}`);
  expect(isWorse ? { held, first, doubted, needlessDoubt, wrong } : null).toBeNull();
});
