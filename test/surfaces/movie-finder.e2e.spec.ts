import { randomUUID } from 'node:crypto';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { collectJson } from '../support/sse.js';

interface Movie {
  rag_title: string;
  imdb_id: string | null;
}
interface Done {
  type: 'done';
  session_id: string;
  reply: string;
  phase: string;
  candidates?: Movie[];
  confirmed_movie?: Movie;
}
type Event = { type: 'token'; content: string } | { type: 'error'; detail: string } | Done;

const CANDIDATE_KEYS = [
  'confidence',
  'imdb_directors',
  'imdb_genres',
  'imdb_id',
  'imdb_plot',
  'imdb_poster_url',
  'imdb_rating',
  'imdb_stars',
  'imdb_title',
  'imdb_year',
  'rag_cast',
  'rag_director',
  'rag_genre',
  'rag_plot',
  'rag_title',
  'rag_year',
];

describe('S0, the Movie Finder, on the offline model', () => {
  let parley: TestApp;
  let me: Account;
  let stranger: Account;

  beforeAll(async () => {
    parley = await createTestApp();
    [me, stranger] = [await register(parley.url), await register(parley.url)];
  });
  afterAll(() => parley?.close());

  const send = (session_id: string, message: string, token = me.accessToken) =>
    call(parley.url, '/chat', { token, body: { session_id, message } });

  /** One turn: its tokens joined, and its last event. */
  async function turn(session_id: string, message: string): Promise<{ tokens: string; done: Done }> {
    const events = await collectJson<Event>(await send(session_id, message));
    const done = events.at(-1)!;
    if (done.type !== 'done') throw new Error(`the stream ended with ${JSON.stringify(done)}`);
    expect(events.filter((event) => event.type === 'done')).toHaveLength(1);
    return { tokens: events.map((event) => (event.type === 'token' ? event.content : '')).join(''), done };
  }

  it('leads from a description through all three phases', async () => {
    const session = randomUUID();
    const hello = await turn(session, 'Hello! I would like to watch a film.');
    expect(hello.done).toEqual({
      type: 'done',
      session_id: session,
      reply: hello.tokens,
      phase: 'discovery',
    });

    const found = await turn(
      session,
      'A hacker learns that the world is a simulation run by machines and takes a red pill',
    );
    expect(found.done.phase).toBe('confirmation');
    expect(found.tokens).toBe(found.done.reply);
    expect(found.done).not.toHaveProperty('confirmed_movie');
    expect(Object.keys(found.done.candidates![0]!).toSorted()).toEqual(CANDIDATE_KEYS);
    expect(found.done.candidates!.map((movie) => movie.rag_title)).toContain('The Matrix');

    const confirmed = await turn(session, 'The Matrix');
    expect(confirmed.done).toMatchObject({
      phase: 'qa',
      confirmed_movie: { rag_title: 'The Matrix', imdb_id: 'tt0133093' },
    });
    expect(confirmed.done).not.toHaveProperty('candidates');
    expect(confirmed.tokens).toBe('');

    const answer = await turn(session, 'Who directed it?');
    expect(answer.tokens).toBe('');
    expect(answer.done.reply).toMatch(/Wachowski/);
    expect(answer.done.confirmed_movie?.rag_title).toBe('The Matrix');

    const { body: history } = await callJson(parley.url, `/chat/${session}/history`, {
      token: me.accessToken,
    });
    expect(history).toMatchObject({
      session_id: session,
      phase: 'qa',
      confirmed_movie: { rag_title: 'The Matrix' },
    });
    const messages = history.messages as Record<string, unknown>[];
    expect(messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(messages.at(-1)).toEqual({
      id: expect.any(String),
      session_id: session,
      role: 'assistant',
      content: answer.done.reply,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  it('lists sessions newest first with their previews', async () => {
    const owner = await register(parley.url);
    const sessions = [randomUUID(), randomUUID(), randomUUID()];
    for (const session of sessions)
      await (await send(session, `Hello from ${session}`, owner.accessToken)).text();
    const list = (query: string) =>
      callJson(parley.url, `/chat/sessions${query}`, { token: owner.accessToken });
    expect((await list('?limit=2&offset=0')).body).toEqual({
      total: 3,
      limit: 2,
      offset: 0,
      items: [sessions[2], sessions[1]].map((session_id) => ({
        session_id,
        phase: 'discovery',
        updated_at: expect.any(String),
        first_message: `Hello from ${session_id}`,
        confirmed_movie: null,
      })),
    });
    expect((await list('')).body).toMatchObject({ total: 3, limit: 20, offset: 0 });
    for (const query of ['?limit=0', '?limit=101', '?offset=-1', '?limit=x', '?offset=1e9'])
      expect((await list(query)).status).toBe(422);
  });

  it('refuses other accounts: 403 on sending, 404 on reading and deleting', async () => {
    const session = randomUUID();
    await (await send(session, 'Hello')).text();
    const foreign = await send(session, 'Hello', stranger.accessToken);
    expect([foreign.status, await foreign.json()]).toEqual([403, { detail: 'Session not found' }]);
    for (const id of [session, randomUUID(), 'no-uuid'])
      for (const [method, path] of [
        ['GET', `/chat/${id}/history`],
        ['DELETE', `/chat/${id}`],
      ] as const)
        expect(await callJson(parley.url, path, { method, token: stranger.accessToken })).toEqual({
          status: 404,
          body: { detail: 'Session not found' },
        });
  });

  it('deletes a session', async () => {
    const session = randomUUID();
    await (await send(session, 'Hello')).text();
    const remove = () => call(parley.url, `/chat/${session}`, { method: 'DELETE', token: me.accessToken });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    expect((await call(parley.url, `/chat/${session}/history`, { token: me.accessToken })).status).toBe(404);
  });

  it.each([
    [{ session_id: 'no-uuid', message: 'hi' }, 'uuid_parsing'],
    [{ session_id: null, message: 'hi' }, 'string_type'],
    [{ session_id: randomUUID() }, 'missing'],
    [{ session_id: randomUUID(), message: '' }, 'string_too_short'],
    [{ session_id: randomUUID(), message: 'x'.repeat(2_001) }, 'string_too_long'],
    [{ session_id: randomUUID(), message: 'lone \ud800 surrogate' }, 'value_error'],
  ])('refuses what does not fit: %#', async (body, type) => {
    const response = await call(parley.url, '/chat', { token: me.accessToken, body });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ detail: [{ type }] });
  });

  it('refuses an address that is taken with 409 where that is set, and with 400 by default', async () => {
    const finder = await createTestApp({ REGISTER_CONFLICT_STATUS: '409' });
    try {
      for (const [url, status] of [
        [finder.url, 409],
        [parley.url, 400],
      ] as const) {
        const { email, password } = await register(url);
        const { status: answered, body } = await callJson(url, '/auth/register', {
          body: { email, password },
        });
        expect([answered, body]).toEqual([status, { detail: 'REGISTER_USER_ALREADY_EXISTS' }]);
      }
    } finally {
      await finder.close();
    }
  });

  it('takes 2,000 characters, an emoji counted once', async () => {
    expect((await turn(randomUUID(), '🙂'.repeat(2_000))).done.phase).toBe('discovery');
  });
});
