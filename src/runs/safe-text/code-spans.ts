import { lineAt, MAX_LINE_START, startLine, type BlockState } from './markdown-blocks.js';

/** Maximum length of a code span; a longer one is escaped, so that all Markdown readers agree. */
const MAX_CODE_SPAN = 2_000;

/**
 * Finds the closing backtick run of the same length in the same paragraph.
 * @returns `none` without one, `ambiguous` when Markdown readers may disagree, null while that depends on further
 * input
 */
export function findClosing(
  start: BlockState,
  text: string,
  from: number,
  length: number,
  isLast: boolean,
): { end: number; blocks: BlockState } | 'none' | 'ambiguous' | null {
  let blocks = start;
  let isAmbiguous = false;
  for (let at = from; ;) {
    const line = lineAt(text, at);
    for (const { 0: run, index } of line.matchAll(/`+/g)) {
      const end = at + index + run.length;
      if (end - from > MAX_CODE_SPAN) return 'ambiguous';
      if (end === text.length && !isLast) return null;
      if (run.length !== length) continue;
      return isAmbiguous ? 'ambiguous' : { end, blocks };
    }
    at += line.length;
    if (at - from > MAX_CODE_SPAN) return 'ambiguous';
    if (at === text.length) return isLast ? 'none' : null;
    const next = lineAt(text, at + 1);
    const isNextWhole = at + 1 + next.length < text.length || isLast;
    const begun = startLine(blocks, next, isNextWhole || next.length > MAX_LINE_START);
    if (!begun) return null;
    if (begun.isDelimiterRow || blocks.inTable) return 'ambiguous';
    if (begun.kind !== 'text' || !begun.continues) return 'none';
    // What would be written differently is no part of a code span.
    if (begun.escapeAt !== null || next.slice(0, begun.tabsEnd).includes('\t')) return 'ambiguous';
    blocks = begun.next;
    at += 1 + begun.length;
    // HTML at the start of a line takes precedence over code.
    if (/^<[a-z/!?]/i.test(text.slice(at, at + 2))) isAmbiguous = true;
    if (text.length - at < 2 && /^<?$/.test(text.slice(at)) && !isLast) return null;
  }
}
