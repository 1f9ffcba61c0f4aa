import { stems } from '../../adapters/chat-model/offline/extract.js';
import { withoutAccents } from '../../search/normalise.js';
import { FILLERS } from './lexicon.js';
import { folded, oneSpaced } from './typed-table.js';

export interface Word {
  text: string;
  stem: string;
  at: number;
  end: number;
  isFiller: boolean;
  /** Written with a capital letter though no sentence begins there. */
  isName: boolean;
  used: boolean;
}

/** Of a plural, and of "im Norden". */
const ENDING = /^(?:'?s|es|en)(?![\p{L}\p{N}])/u;
/** German writes a measure and its column in one word: "Gesamtbetrag". */
const JOINED =
  /(?<!\p{L})(gesamt(?=\p{L}{4})|durchschnitts(?=\p{L}{4})|(?:zweit|dritt|viert)(?=(?:hoch|gross|niedrig|klein|meist|teuer|billig)))/giu;

/** The state of parsing a question into a plan: its words, and which of them are already matched. */
export class QuestionWords {
  /** Normalised for comparison. */
  readonly text: string;
  readonly words: Word[];

  constructor(question: string) {
    const plain = oneSpaced(withoutAccents(question)).replace(JOINED, '$1 ');
    this.text = plain.toLowerCase();
    this.words = [...plain.matchAll(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu)].map(({ 0: word, index }) => {
      const text = folded(word).replace(/['’]s$/, '');
      const begins = !/[\p{L}\p{N},;:]\s*["“(]?$/u.test(plain.slice(Math.max(0, index - 4), index));
      return {
        text,
        stem: stemOf(text),
        at: index,
        end: index + word.length,
        // "Well D" has a name, though "d" is a small word of French.
        isFiller: FILLERS.has(text) && !(/^\p{Lu}$/u.test(word) && !begins && word !== 'I'),
        isName: /^\p{Lu}/u.test(word) && !begins,
        used: false,
      };
    });
  }

  /** Marks the words of a range as matched. */
  use(at: number, end: number): void {
    for (const word of this.words) if (word.at < end && word.end > at) word.used = true;
  }

  /** Marks the words that a pattern matches. */
  take(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.text);
    if (match) this.use(match.index, match.index + match[0].length);
    return match;
  }

  /** The position of a value as whole words, also in the plural; the first that is not matched yet. */
  find(value: string): { at: number; end: number } | null {
    for (let at = this.text.indexOf(value); at >= 0; at = this.text.indexOf(value, at + 1)) {
      const plural =
        (value.length > 2 ? ENDING : /^'?s(?![\p{L}\p{N}])/u).exec(this.text.slice(at + value.length))?.[0] ??
        '';
      const end = at + value.length + plural.length;
      const isWhole =
        !/[\p{L}\p{N}]$/u.test(this.text.slice(Math.max(0, at - 2), at)) &&
        !/^[\p{L}\p{N}]/u.test(this.text.slice(end, end + 2)) &&
        !isInCode(this.text, at, end);
      if (isWhole && this.words.some((word) => word.at < end && word.end > at && !word.used))
        return { at, end };
    }
    return null;
  }

  /** Whether a range has small words only. */
  isFiller({ at, end }: { at: number; end: number }): boolean {
    return this.words.every((word) => word.isFiller || word.end <= at || word.at >= end);
  }

  /** Content words that are not matched. */
  get unused(): Word[] {
    return this.words.filter((word) => !word.used && !word.isFiller);
  }

  /** 0…1: the share of its words that is matched. */
  get coverage(): number {
    const said = this.words.filter((word) => word.used || !word.isFiller);
    return said.length ? said.filter(({ used }) => used).length / said.length : 0;
  }
}

/** Characters of a code that are looked at on either side of a value. */
const MAX_CODE = 64;

/** Whether a range is a part of a code: the "C" of `C-999` is no value. */
function isInCode(text: string, at: number, end: number): boolean {
  const before =
    /[\p{L}\p{N}]+(?:[-_/][\p{L}\p{N}]*)*[-_/]$/u.exec(text.slice(Math.max(0, at - MAX_CODE), at))?.[0] ?? '';
  const behind = /^(?:[-_/][\p{L}\p{N}]+)+/u.exec(text.slice(end, end + MAX_CODE))?.[0] ?? '';
  return (before !== '' || behind !== '') && /\d/.test(before + text.slice(at, end) + behind);
}

/** The form that a word and its plural share. */
export const stemOf = (word: string): string => [...stems(word)][0] ?? word;
