import type { JsonObject } from '../../common/json.js';
import { MovieFinderAgent } from './movie-finder.agent.js';
import { say, ScriptedModel, SmallCatalogue, titlesIn } from './support/dialogues.js';
import { candidateSchema, candidatesOf, confirmedMovieOf, parseMemory, phaseOf } from './memory/state.js';

describe('an answer', () => {
  it('comes as log, sources, state, text', async () => {
    const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel());
    const { events, reply } = await say(agent, 'something with Tom Hanks', {});
    const kinds = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(kinds).toEqual(['log', 'sources', 'state', 'text']);
    expect(events[1]).toMatchObject({
      sources: [{ source: expect.stringMatching(/^catalogue:/), title: 'Forrest Gump' }, {}, {}, {}],
    });
    expect(reply).toMatch(/1\. \*\*Forrest Gump\*\* \(1994\), Robert Zemeckis: /);
  });

  it('shows films as the wire has them', async () => {
    const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel());
    const [offered] = candidatesOf((await say(agent, 'fargo', {})).state);
    expect(candidateSchema.parse(offered)).toMatchObject({
      rag_director: 'Joel Coen, Ethan Coen',
      imdb_id: null,
      imdb_genres: [],
    });
    const { state } = await say(agent, 'yes', (await say(agent, 'jaws', {})).state);
    expect(confirmedMovieOf(state)).toMatchObject({
      rag_title: 'Jaws',
      imdb_title: 'Jaws',
      imdb_year: 1975,
      confidence: 1,
    });
    expect(candidatesOf(state)).toEqual([]);
  });

  it('gives the model the draft and the facts it rests on', async () => {
    const model = new ScriptedModel();
    await say(new MovieFinderAgent(new SmallCatalogue(), model), 'jaws', {});
    expect(model.prompts[0]).toMatchObject({
      message: 'jaws',
      draft: expect.stringContaining('**Jaws** (1975)'),
      passages: [{ title: 'Jaws (1975)', text: expect.stringContaining('Steven Spielberg') }],
    });
  });

  it.each([
    ['nothing', {}],
    ['another agent’s', { memory: 'mine', phase: 'qa', candidates: 7, confirmed_movie: [] }],
    ['an older one', { memory: { phase: 'qa', turn: -1 }, confirmed_movie: { rag_title: 'Jaws' } }],
  ])('starts afresh from a state that is %s', async (_, state) => {
    const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel());
    expect(phaseOf((await say(agent, 'hello', state)).state)).toBe('discovery');
  });

  it('drops films that have left the catalogue', async () => {
    const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel());
    const settled = (await say(agent, 'yes', (await say(agent, 'jaws', {})).state)).state;
    const lost = JSON.parse(JSON.stringify(settled).replaceAll('jaws-1975', 'gone-1975')) as JsonObject;
    const { state } = await say(agent, 'who directed it?', lost);
    expect(phaseOf(state)).toBe('discovery');
    expect(confirmedMovieOf(state)).toBeNull();
  });

  it.each([
    ['letters', 'a'.repeat(2_000)],
    ['words', 'no not the '.repeat(180)],
    ['likenesses', 'like like like '.repeat(130)],
    ['fillers', 'a good great nice really very '.repeat(60)],
    ['leads', 'i want to watch something like '.repeat(60)],
    ['punctuation', '?!,.;:-()[]{}'.repeat(150)],
    ['brackets of a slow pattern', `${'('.repeat(500)}${'a+'.repeat(500)}${')+'.repeat(250)}$`],
    ['numbers', '1 2 3 1999 '.repeat(180)],
    ['spaces', `a${' '.repeat(1_998)}b`],
    ['emoji', '🎬'.repeat(1_000)],
    ['combining marks', 'ź̷̢̧'.repeat(300)],
    [
      'every mood',
      'funny dark sad sweet romantic tense epic raw gory quirky witty moody nostalgic '.repeat(25),
    ],
    [
      'every genre',
      'no horror, no war films, comedy western musical noir drama thriller sci-fi, '.repeat(25),
    ],
    ['quotes', '"'.repeat(2_000)],
  ])('is quick on 2,000 characters of %s', async (_, message) => {
    const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel());
    // Time of the processor, which other processes of the machine do not add to.
    const before = process.cpuUsage();
    let state: JsonObject = {};
    for (const says of [message, 'something with Tom Hanks', message, 'surprise me', '1', message])
      ({ state } = await say(agent, says, state));
    expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
    expect(parseMemory(state).turn).toBe(6);
  });
});

const READ = {
  title: null,
  genres: [],
  people: [],
  from_year: null,
  to_year: null,
  description: null,
  choice: null,
  agrees: false,
  turns_down: false,
};

describe('a model that can read', () => {
  it('is asked about messages that the rules cannot read', async () => {
    const model = new ScriptedModel({ ...READ, title: 'Jaws' });
    const { state } = await say(
      new MovieFinderAgent(new SmallCatalogue(), model),
      'ik zoek een verhaal met een haai',
      {},
    );
    expect(titlesIn(state)).toEqual(['Jaws']);
    expect(model.read).toHaveLength(1);
  });

  it('picks from the films on offer', async () => {
    const model = new ScriptedModel({ ...READ, choice: 2 });
    const agent = new MovieFinderAgent(new SmallCatalogue(), model);
    const { state } = await say(agent, 'something with Tom Hanks', {});
    expect(titlesIn((await say(agent, 'le deuxième film', state)).state)).toEqual(['Saving Private Ryan']);
  });

  it('is not asked when the rules understand', async () => {
    const model = new ScriptedModel(READ);
    await say(new MovieFinderAgent(new SmallCatalogue(), model), 'the matrix', {});
    expect(model.read).toEqual([]);
  });

  it('is done without when it fails or does not keep to the schema', async () => {
    for (const reading of ['fails', { ...READ, choice: 'the second' }] as const) {
      const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel(reading));
      const { state } = await say(agent, 'a guy wakes up on the same day again and again', {});
      expect(titlesIn(state)).toContain('Groundhog Day');
    }
  });

  it('is not waited for once the run was cancelled', async () => {
    const agent = new MovieFinderAgent(new SmallCatalogue(), new ScriptedModel('fails'));
    const input = {
      ownerId: 'o',
      conversationRowId: 'c',
      message: 'qwertz asdfgh yxcvbn',
      history: [],
      state: {},
      hasDocuments: false,
    };
    const answer = agent.answer(input, () => undefined, AbortSignal.abort(new Error('stopped')));
    await expect(answer).rejects.toThrow('stopped');
  });
});
