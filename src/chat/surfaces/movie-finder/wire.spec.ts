import type { RunEvent } from '../../../runs/run.js';
import { fromWire, toWire } from './wire.js';

const run = { runId: 'r', conversationId: 's' };
const movie = {
  rag_title: 'Jaws',
  rag_year: 1975,
  rag_director: 'Steven Spielberg',
  rag_genre: ['Thriller'],
  rag_cast: ['Roy Scheider'],
  rag_plot: 'A shark.',
  imdb_id: null,
  imdb_title: null,
  imdb_year: null,
  imdb_rating: null,
  imdb_plot: null,
  imdb_genres: [],
  imdb_directors: [],
  imdb_stars: [],
  imdb_poster_url: null,
  confidence: 0.9,
};
const discovery = { phase: 'discovery' };
const confirmation = { phase: 'confirmation', candidates: [movie], confirmed_movie: null };
const qa = { phase: 'qa', candidates: [], confirmed_movie: movie };

/** The frames of a whole run, without ids. */
const wire = (events: RunEvent[]) =>
  events
    .map(toWire(run))
    .join('')
    .split('\n\n')
    .filter(Boolean)
    .map((frame) => JSON.parse(frame.slice(frame.indexOf('data: ') + 6)) as unknown);

describe('events of the Movie Finder', () => {
  it.each<[string, RunEvent[], unknown[]]>([
    [
      'discovery: tokens and done, without keys that do not belong',
      [
        { offset: 1, type: 'started', conversationId: 's' },
        { offset: 2, type: 'log', text: 'searching' },
        { offset: 3, type: 'state', state: discovery },
        { offset: 4, type: 'token', text: 'Which ' },
        { offset: 5, type: 'token', text: 'genre?' },
        { offset: 6, type: 'completed', reply: 'Which genre?', state: discovery },
      ],
      [
        { type: 'token', content: 'Which ' },
        { type: 'token', content: 'genre?' },
        { type: 'done', session_id: 's', reply: 'Which genre?', phase: 'discovery' },
      ],
    ],
    [
      'confirmation: candidates',
      [
        { offset: 1, type: 'sources', sources: [] },
        { offset: 2, type: 'state', state: confirmation },
        { offset: 3, type: 'token', text: 'Jaws?' },
        { offset: 4, type: 'completed', reply: 'Jaws?', state: confirmation },
      ],
      [
        { type: 'token', content: 'Jaws?' },
        { type: 'done', session_id: 's', reply: 'Jaws?', phase: 'confirmation', candidates: [movie] },
      ],
    ],
    [
      'questions: no tokens, the film in done',
      [
        { offset: 1, type: 'state', state: qa },
        { offset: 2, type: 'token', text: 'Spielberg.' },
        { offset: 3, type: 'completed', reply: 'Spielberg.', state: qa },
      ],
      [{ type: 'done', session_id: 's', reply: 'Spielberg.', phase: 'qa', confirmed_movie: movie }],
    ],
    [
      'a failure: error, then done with the reply so far',
      [
        { offset: 1, type: 'token', text: 'Ja' },
        { offset: 2, type: 'failed', code: 'model-timeout', message: 'Too slow.', reply: 'Ja', state: {} },
      ],
      [
        { type: 'token', content: 'Ja' },
        { type: 'error', detail: 'Too slow.' },
        { type: 'done', session_id: 's', reply: 'Ja', phase: 'discovery' },
      ],
    ],
  ])('%s', (_name, events, frames) => {
    expect(wire(events)).toEqual(frames);
  });

  it('carry the offset to resume after', () => {
    const toSse = toWire(run);
    expect(toSse({ offset: 7, type: 'token', text: 'x' })).toMatch(/^id: r:7\n/);
    const failed = { offset: 8, type: 'failed', code: 'c', message: 'm', reply: '', state: {} } as const;
    expect([...toSse(failed).matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(['r:7', 'r:8']);
  });
});

describe('requests of the Movie Finder', () => {
  it('name the session in any case', () => {
    const session_id = '550E8400-E29B-41D4-A716-446655440000';
    expect(fromWire({ session_id, message: 'hi' }, 'me', 2_000)).toEqual({
      ownerId: 'me',
      conversationId: session_id.toLowerCase(),
      agent: 'movie-finder',
      message: 'hi',
    });
  });
});
