import type { ChunkPassage } from '../../database/repositories/documents/chunks.repository.js';
import { toInquiry } from '../../ingestion/retrieval/question.js';
import { judge } from '../../ingestion/retrieval/relevance.js';
import { CERTAIN } from './documents-first.js';

const passage = (filename: string, heading: string, text: string): ChunkPassage => ({
  id: filename,
  attachmentId: filename,
  filename,
  heading,
  text,
  revision: 1,
  page: null,
  start: 0,
  end: text.length,
  uploadedAt: new Date(0),
});
const PASSAGES = [
  passage('handbook.md', 'Leave', 'Parents get sixteen weeks of parental leave. It is paid in full.'),
  passage(
    'beach-safety.md',
    'Sharks',
    'Swimmers leave the water when a shark is seen near the beach. The lifeguard raises a red flag.',
  ),
  passage('film-club.md', 'Spring programme', 'The club shows Casablanca on 3 May. Tickets cost four euros.'),
  passage('trip-report.md', 'Paris', 'The train to Paris was late, and the hotel lost my suitcase.'),
];

/** Cosines of the nearest sentence of each passage, as the local embeddings compute them. */
const certaintyOf = (question: string, cosines: number[]) => {
  const near = new Map(PASSAGES.map(({ id }, i) => [id, cosines[i]!]));
  return judge(toInquiry(question).terms, PASSAGES, near, 'universal-sentence-encoder-lite')[0]!.score;
};

describe('the certainty from which documents answer in place of the movie finder', () => {
  it.each([
    ['a movie about a shark that attacks a beach town', [0.07, 0.52, 0.32, 0.19]],
    ['something romantic set in Paris', [0.09, 0.16, 0.31, 0.52]],
    ['a science fiction film about a train', [0.09, 0.23, 0.22, 0.32]],
    ['show me films like Casablanca', [0.1, 0.17, 0.4, 0.22]],
    ['a film where parents go on leave from their children', [0.37, 0.24, 0.29, 0.22]],
    ['What is the best film about swimmers and lifeguards on a beach?', [0.12, 0.49, 0.25, 0.21]],
  ])('is not reached by a wish for a film: %s', (question, cosines) => {
    expect(certaintyOf(question, cosines)).toBeLessThan(CERTAIN);
  });

  it.each([
    ['How many weeks of parental leave do I get?', [0.74, 0.24, 0.07, 0.29]],
    ['When does the club show Casablanca?', [0.16, 0.15, 0.64, 0.15]],
    ['What do swimmers do when a shark is seen near the beach?', [0.18, 0.74, 0.11, 0.21]],
    ['What do tickets cost at the film club?', [0.32, 0.13, 0.56, 0.21]],
  ])('is reached by a question that a document answers: %s', (question, cosines) => {
    expect(certaintyOf(question, cosines)).toBeGreaterThanOrEqual(CERTAIN);
  });
});
