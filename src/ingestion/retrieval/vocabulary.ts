import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Logger } from '../../common/logger.js';
import { TimeSlices } from '../../common/time/time-slices.js';
import {
  DocumentTermsRepository,
  type VocabularyState,
} from '../../database/repositories/documents/document-terms.repository.js';
import { maxEdits } from '../../search/edit-distance.js';
import { FuzzyNames } from '../../search/fuzzy-names.js';
import { isPart } from '../../search/term-match.js';
import type { QueryTerm } from '../../search/terms.js';
import { isAsked } from './question.js';

/** Weights of a misspelling and a compound, relative to the word itself. */
const MISSPELT = 0.8;
const COMPOUND = 0.5;
const MAX_COMPOUNDS = 12;
const MAX_SPELLINGS = 3;
/** Forms of a word that are compared: a misspelt ending hides what the usual stem would be. */
const MAX_FORMS = 3;
/** Words of this many tenants are kept; others are loaded when they are requested. */
const MAX_TENANTS = 50;
/** More words than this of one tenant are not looked up: some 30 MB. */
const MAX_WORDS = 300_000;
/** Names are indexed again when there are so many more of them. */
const GROWTH = 1.02;

/** All the terms that the documents of one tenant have. */
class TenantVocabulary {
  readonly words = new Set<string>();
  state: VocabularyState = { documents: 0, changedAt: null };
  private fuzzy = new FuzzyNames();
  private indexed = 0;

  /** Terms spelt nearly like one that is not there. */
  async near(form: string): Promise<{ name: string; similarity: number }[]> {
    if (this.words.size > this.indexed * GROWTH) await this.reindex();
    return this.fuzzy.near(form, 1 - maxEdits(form.length) / form.length - 0.001, MAX_SPELLINGS);
  }

  private async reindex(): Promise<void> {
    const slices = new TimeSlices();
    const fuzzy = new FuzzyNames();
    for (const word of this.words) {
      // Numbers and codes are never misspelt into others.
      if (/^[\p{L}]{4,40}$/u.test(word)) fuzzy.add(word);
      await slices.pause();
    }
    this.fuzzy = fuzzy;
    this.indexed = this.words.size;
  }
}

/** The words that documents have, by tenant: for words that a question spells differently or in part. */
@Injectable()
export class Vocabulary {
  private readonly tenants = new LRUCache<string, TenantVocabulary>({ max: MAX_TENANTS });

  constructor(
    private readonly documents: DocumentTermsRepository,
    private readonly logger: Logger,
  ) {}

  /**
   * Adds to the words of a question what documents have in their place: compounds that they are part of, parts that
   * they are made of, and near spellings of words that no document has. Without a database the words stay as they are.
   */
  async expand(terms: readonly QueryTerm[], tenants: readonly string[]): Promise<QueryTerm[]> {
    try {
      const vocabularies = await Promise.all(tenants.map((tenant) => this.load(tenant)));
      return await Promise.all(
        terms.map(async (term) => (isAsked(term) ? expandTerm(term, vocabularies) : term)),
      );
    } catch (error) {
      this.logger.warn({ err: error }, 'the vocabulary cannot be read: spelling is not corrected');
      return [...terms];
    }
  }

  /** What is there by now; only documents that are new since the last call are read. */
  private async load(tenant: string): Promise<TenantVocabulary> {
    const state = await this.documents.state(tenant);
    let known = this.tenants.get(tenant);
    if (!known || state.documents < known.state.documents) known = new TenantVocabulary();
    if (known.state.changedAt !== state.changedAt || known.state.documents !== state.documents) {
      const slices = new TimeSlices();
      for await (const words of this.documents.changedSince(tenant, known.state.changedAt)) {
        for (const word of words) if (known.words.size < MAX_WORDS) known.words.add(word);
        await slices.pause();
      }
      known.state = state;
    }
    this.tenants.set(tenant, known);
    return known;
  }
}

async function expandTerm(term: QueryTerm, vocabularies: readonly TenantVocabulary[]): Promise<QueryTerm> {
  const [form] = term.forms;
  if (term.kind !== 'word' || term.parts.length > 0 || !form || form.length < 4) return term;
  const isKnown = vocabularies.some(({ words }) => term.forms.some((one) => words.has(one)));
  const near = new Map<string, number>();
  for (const { words } of vocabularies)
    for (const word of term.isCompounding || !isKnown ? words : []) {
      if (near.size === MAX_COMPOUNDS) break;
      if (term.isCompounding ? isPart(form, word) || isPart(word, form) : false) near.set(word, COMPOUND);
    }
  if (!isKnown && near.size === 0)
    for (const vocabulary of vocabularies)
      for (const spelt of term.forms.slice(0, MAX_FORMS))
        for (const { name, similarity } of await vocabulary.near(spelt))
          near.set(name, MISSPELT * similarity);
  return near.size > 0 ? { ...term, near: new Map([...term.near, ...near]) } : term;
}
