import type { TextRun } from './pdf-lines.js';

/** Bullets and the like are of no account. */
const MIN_CHARS = 4;
/** Two ligatures that a font does not name leave a short word readable. */
const MAX_UNREADABLE = 0.4;
// oxlint-disable-next-line no-control-regex -- fonts without a mapping give them
const UNREADABLE = /[\0-\x08\x0e-\x1f\x7f-\x9f\ufffd]/;

/** The fonts of a page that give characters of no script: the rest of what they give is as wrong. */
export function unmappedFonts(runs: readonly TextRun[]): Set<string> {
  const texts = new Map<string, string>();
  for (const { str, fontName = '' } of runs) texts.set(fontName, (texts.get(fontName) ?? '') + str.trim());
  const isUnmapped = (text: string) => {
    const chars = [...text];
    const unreadable = chars.filter((char) => UNREADABLE.test(char)).length;
    return chars.length >= MIN_CHARS && unreadable > chars.length * MAX_UNREADABLE;
  };
  return new Set([...texts].flatMap(([font, text]) => (isUnmapped(text) ? font : [])));
}
