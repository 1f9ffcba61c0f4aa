import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Logger } from '../../common/logger.js';
import { SharedTask } from '../../common/concurrency/shared-task.js';
import { TimeSlices } from '../../common/time/time-slices.js';
import { within } from '../../common/time/within.js';
import {
  DocumentTermsRepository,
  type VocabularyState,
} from '../../database/repositories/documents/document-terms.repository.js';
import { Spelling } from '../../search/spelling/spelling.js';
import { isPart } from '../../search/term-match.js';
import type { QueryTerm } from '../../search/terms.js';
import { isAsked } from './question.js';

/** Weight of a compound, relative to the word itself. */
const COMPOUND = 0.5;
const MAX_COMPOUNDS = 12;
/** Words of this many tenants are kept; others are loaded when they are requested. */
const MAX_TENANTS = 50;
/** More words than this of one tenant are not looked up: some 30 MB. */
const MAX_WORDS = 300_000;
/** Deadline in ms for reading words before a search; what is read later is there for the next one. */
const LOAD_MS = 5_000;
/** Names are indexed again when there are so many more of them. */
const GROWTH = 1.02;

/** All the terms that the documents of one tenant have. */
class TenantVocabulary {
  /** Grows while documents are read; replaced when documents were deleted. */
  words = new Set<string>();
  private state: VocabularyState = { documents: 0, changedAt: null };
  private spelling = new Spelling();
  private indexed = 0;
  private readonly reading = new SharedTask(() => this.read());
  private readonly indexing = new SharedTask(() => this.index());

  constructor(
    private readonly tenant: string,
    private readonly documents: DocumentTermsRepository,
  ) {}

  /** What is there by now; only documents that are new since the last call are read. */
  refresh(): Promise<void> {
    return this.reading.run();
  }

  /** Terms spelt nearly like one that is not there, each with its weight. */
  async near(forms: readonly string[]): Promise<Map<string, number>> {
    if (this.isOutgrown) await this.indexing.run();
    return this.spelling.near(forms);
  }

  private get isOutgrown(): boolean {
    return this.words.size > this.indexed * GROWTH;
  }

  private async read(): Promise<void> {
    const state = await this.documents.state(this.tenant);
    const isReduced = state.documents < this.state.documents;
    if (!isReduced && state.changedAt === this.state.changedAt && state.documents === this.state.documents)
      return;
    const slices = new TimeSlices();
    const words = isReduced ? new Set<string>() : this.words;
    const since = isReduced ? null : this.state.changedAt;
    for await (const terms of this.documents.changedSince(this.tenant, since)) {
      for (const term of terms) if (words.size < MAX_WORDS) words.add(term);
      await slices.pause();
    }
    if (isReduced) this.indexed = 0;
    this.words = words;
    this.state = state;
  }

  private async index(): Promise<void> {
    if (!this.isOutgrown) return;
    const slices = new TimeSlices();
    const spelling = new Spelling();
    const { words } = this;
    for (const word of words) {
      spelling.add(word);
      await slices.pause();
    }
    this.spelling = spelling;
    this.indexed = words.size;
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
   * they are made of, and near spellings of words that no document has. Without a database, or while many documents
   * are still being read, the words stay as they are.
   */
  async expand(terms: readonly QueryTerm[], tenants: readonly string[]): Promise<QueryTerm[]> {
    try {
      const vocabularies = tenants.map((tenant) => this.of(tenant));
      await within(LOAD_MS, Promise.all(vocabularies.map((vocabulary) => vocabulary.refresh())));
      return await Promise.all(
        terms.map(async (term) => (isAsked(term) ? expandTerm(term, vocabularies) : term)),
      );
    } catch (error) {
      this.logger.warn({ err: error }, 'the vocabulary cannot be read: spelling is not corrected');
      return [...terms];
    }
  }

  private of(tenant: string): TenantVocabulary {
    const known = this.tenants.get(tenant);
    if (known) return known;
    const vocabulary = new TenantVocabulary(tenant, this.documents);
    this.tenants.set(tenant, vocabulary);
    return vocabulary;
  }
}

async function expandTerm(term: QueryTerm, vocabularies: readonly TenantVocabulary[]): Promise<QueryTerm> {
  const [form] = term.forms;
  if (term.kind !== 'word' || term.parts.length > 0 || !form || form.length < 4) return term;
  const isKnown = vocabularies.some(({ words }) => term.forms.some((one) => words.has(one)));
  const near = new Map<string, number>();
  for (const { words } of term.isCompounding ? vocabularies : [])
    for (const word of words) {
      if (near.size === MAX_COMPOUNDS) break;
      if (isPart(form, word) || isPart(word, form)) near.set(word, COMPOUND);
    }
  if (!isKnown && near.size === 0)
    for (const vocabulary of vocabularies)
      for (const [word, weight] of await vocabulary.near(term.forms)) near.set(word, weight);
  return near.size > 0 ? { ...term, near: new Map([...term.near, ...near]) } : term;
}
