import { stems } from '../../adapters/chat-model/offline/extract.js';
import { FILLERS } from './lexicon.js';
import { folded, unaccented } from './typed-table.js';

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

/** A question on its way to a plan: its words, and which of them are accounted for. */
export class QuestionWords {
  /** As it is compared. */
  readonly text: string;
  readonly words: Word[];

  constructor(question: string) {
    const plain = unaccented(question);
    this.text = plain.toLowerCase();
    this.words = [...plain.matchAll(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu)].map(({ 0: word, index }) => {
      const text = folded(word).replace(/['’]s$/, '');
      const begins = !/[\p{L}\p{N},;:]\s*["“(]?$/u.test(plain.slice(0, index));
      return {
        text,
        stem: stemOf(text),
        at: index,
        end: index + word.length,
        isFiller: FILLERS.has(text),
        isName: /^\p{Lu}/u.test(word) && !begins,
        used: false,
      };
    });
  }

  /** Accounts for the words of a range. */
  use(at: number, end: number): void {
    for (const word of this.words) if (word.at < end && word.end > at) word.used = true;
  }

  /** Accounts for what a pattern finds. */
  take(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.text);
    if (match) this.use(match.index, match.index + match[0].length);
    return match;
  }

  /** Where a value stands as words of its own, in the plural too; the one not accounted for yet. */
  find(value: string): { at: number; end: number } | null {
    for (let at = this.text.indexOf(value); at >= 0; at = this.text.indexOf(value, at + 1)) {
      const plural = /^(?:'?s|es)(?![\p{L}\p{N}])/u.exec(this.text.slice(at + value.length))?.[0] ?? '';
      const end = at + value.length + plural.length;
      const isWhole =
        !/[\p{L}\p{N}]$/u.test(this.text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(this.text.slice(end));
      if (isWhole && this.words.some((word) => word.at < end && word.end > at && !word.used))
        return { at, end };
    }
    return null;
  }

  /** Content words that nothing accounts for. */
  get unused(): Word[] {
    return this.words.filter((word) => !word.used && !word.isFiller);
  }

  /** 0…1: the share of its words that is accounted for. */
  get coverage(): number {
    const said = this.words.filter((word) => word.used || !word.isFiller);
    return said.length ? said.filter(({ used }) => used).length / said.length : 0;
  }
}

/** The form in which a word meets its plural. */
export const stemOf = (word: string): string => [...stems(word)][0] ?? word;
