import { maxEdits } from './edit-distance.js';
import { FuzzyNames } from './fuzzy-names.js';

/** Weight of a misspelling, relative to the word itself. */
const MISSPELT = 0.8;
const MAX_SPELLINGS = 3;
/** Forms of a word that are compared: a misspelt ending hides what the usual stem would be. */
const MAX_FORMS = 3;

/** The words of some documents, for words of a question that none of them has. */
export class Spelling {
  private readonly words = new FuzzyNames();

  /** Adds a word that was not added before. All are added before the first `near`. */
  add(word: string): void {
    // Numbers and codes are never misspelt into others.
    if (/^[\p{L}]{4,40}$/u.test(word)) this.words.add(word);
  }

  /**
   * Words that one may have meant, each with its weight.
   * @param forms of the word, the likeliest first
   */
  near(forms: readonly string[]): Map<string, number> {
    const found = forms.slice(0, MAX_FORMS).flatMap((form) => {
      const least = 1 - maxEdits(form.length) / form.length - 0.001;
      return this.words.near(form, least, MAX_SPELLINGS);
    });
    return new Map(found.map(({ name, similarity }) => [name, MISSPELT * similarity]));
  }
}
