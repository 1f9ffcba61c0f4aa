import { placedWords } from '../../search/words.js';

/** An excerpt of a message, on one line, with the positions of the search words. */
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
 * The excerpt around the first search word, or else the beginning of the message.
 * @param words as returned by `readQuery`
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
      // The excerpt begins only a few words before the match.
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
