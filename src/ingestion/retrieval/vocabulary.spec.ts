import { toInquiry } from './question.js';
import { Vocabulary } from './vocabulary.js';

/** Documents with their terms; those read by a vocabulary are counted. */
class StoredTerms {
  documents = [['lighthouse', 'keeper'], ['harbour']];
  reads = 0;

  state = async () => ({ documents: this.documents.length, changedAt: `${this.documents.length}` });

  async *changedSince(): AsyncGenerator<string[]> {
    this.reads++;
    for (const terms of this.documents) {
      await new Promise(setImmediate);
      yield terms;
    }
  }
}

const warn = ({ err }: { err: Error }) => {
  throw err;
};

describe('words of documents, for the spelling of questions', () => {
  let stored: StoredTerms;
  let vocabulary: Vocabulary;
  beforeEach(() => {
    stored = new StoredTerms();
    vocabulary = new Vocabulary(stored as never, { warn } as never);
  });
  const spellings = async (question: string) => {
    const terms = await vocabulary.expand(toInquiry(question).terms, ['one']);
    return terms.flatMap(({ near }) => [...near.keys()]);
  };

  it('are read once for all questions of a moment, each of which is corrected', async () => {
    const asked = await Promise.all(Array.from({ length: 50 }, () => spellings('lighthuose')));
    expect(asked).toEqual(asked.map(() => ['lighthouse']));
    expect(stored.reads).toBe(1);
  });

  it('are those of the documents there are when the question is asked', async () => {
    await spellings('lighthuose');
    stored.documents.push(['rowanberry']);
    expect(await spellings('rowanbery')).toEqual(['rowanberry']);
    stored.documents = [['harbour']];
    expect(await spellings('lighthuose')).toEqual([]);
  });
});
