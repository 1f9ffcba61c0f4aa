import { TURN_END, TURN_WORD } from './citation-forms.js';

/** Text without special characters. */
export const PLAIN = /[^\n\\`<[\]【［〔⟦(: \t⁰¹²³⁴⁵⁶⁷⁸⁹⁽$&①-⑳{\uE200]+/y;
/** Fast path for most tokens: words without special characters, with blanks before or between them. */
export const WORDS =
  /^[ \t]*[^\r\n\\`<[\]【［〔⟦(: \t⁰¹²³⁴⁵⁶⁷⁸⁹⁽$&①-⑳{\uE200]+(?:[ \t]+[^\r\n\\`<[\]【［〔⟦(: \t⁰¹²³⁴⁵⁶⁷⁸⁹⁽$&①-⑳{\uE200]+)*$/;
/** The beginning of a citation, a tag or an escape. */
export const CITATION = /[[【［〔⟦(⁰¹²³⁴⁵⁶⁷⁸⁹⁽$&①-⑳{\uE200<\\]/;

/** Longer runs of blanks and of backticks are passed in pieces, not kept until their end. */
export const MAX_BLANKS = 100;
export const BLANKS = /[ \t]{1,100}/y;
export const MAX_BACKTICKS = 500;
export const BACKTICKS = /`{1,500}/y;

/** The match of a sticky pattern at a position. `exec` would allocate an array for each word. */
export function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? text.slice(at, pattern.lastIndex) : null;
}

/** The position where `citeturn…` begins, or may begin at the end; -1 if nowhere. */
export function turnIn(text: string, mayGoOn: boolean): number {
  const at = text.search(TURN_WORD);
  return at < 0 && mayGoOn ? text.search(TURN_END) : at;
}

const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** The output for some input, which ends at `end`. */
export interface Step {
  end: number;
  out: string;
}

/** A backslash with the punctuation mark that it escapes. */
export function readEscape(text: string, at: number, isLast: boolean): Step | null {
  const next = text[at + 1];
  if (next === undefined && !isLast) return null;
  const isEscape = next !== undefined && PUNCTUATION.test(next);
  return { end: at + (isEscape ? 2 : 1), out: text.slice(at, at + (isEscape ? 2 : 1)) };
}
