import { placedWords } from '../../search/placed-words.js';

/** A piece of a message, on one line, and where in it the words are that were searched for. */
export interface Snippet {
  text: string;
  /** Start and end of each, in UTF-16 code units of `text`; in order, without overlap. */
  marks: [start: number, end: number][];
}

/** UTF-16 units that are shown before the first word that was found, and in all. */
const BEFORE = 60;
const LENGTH = 240;
const ELLIPSIS = '…';

/**
 * What of a message shows why it was found: the first of the words with what is around it, else the beginning.
 * @param words as `readQuery` found them
 */
export function snippetOf(content: string, words: ReadonlySet<string>): Snippet {
  const starts: number[] = [];
  const found: [number, number][] = [];
  let [from, to] = [0, 0];
  for (const { word, start, end } of placedWords(content)) {
    if (words.has(word)) {
      if (found.length === 0 && start > BEFORE)
        from = starts.find((place) => place >= start - BEFORE) ?? start;
      found.push([start, end]);
    }
    if (found.length === 0) {
      if (start < LENGTH) to = end;
      starts.push(start);
      // Words far behind are not begun with.
      if (starts.length > BEFORE) starts.shift();
    } else if (end > from + LENGTH) break;
    else to = end;
  }
  if (found.length === 0) to = Math.min(Math.max(to, 1), LENGTH * 2, content.length);
  return cut(content, from, Math.max(to, found[0]?.[1] ?? 0), found);
}

function cut(content: string, from: number, to: number, found: readonly [number, number][]): Snippet {
  const isEnd = content.length - to < LENGTH / 4;
  const [start, end] = [from, isEnd ? content.length : to];
  const prefix = from === 0 ? '' : ELLIPSIS;
  const text = content.slice(start, end).replace(/\s/g, ' ').trimEnd();
  const marks: [number, number][] = [];
  for (const [a, b] of found) {
    if (b > end) break;
    const last = marks.at(-1);
    const [first, behind] = [a - start + prefix.length, b - start + prefix.length];
    if (last && last[1] === first) last[1] = behind;
    else marks.push([first, behind]);
  }
  return { text: prefix + text + (isEnd ? '' : ELLIPSIS), marks };
}
