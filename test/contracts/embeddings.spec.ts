import { Embeddings, EmbeddingsError } from '../../src/adapters/embeddings/embeddings.js';
import { LocalEmbeddings } from '../../src/adapters/embeddings/local-embeddings.js';
import { PrimaryEmbeddings } from '../../src/adapters/embeddings/primary-embeddings.js';
import { OpenAiEmbeddings } from '../../src/adapters/embeddings/openai-embeddings.js';
import { serverAt } from '../support/openai-server.js';
import { embed, FakeOpenAi, sendJson, type Play } from '../support/fake-openai.js';
import { html, refuse, resetAtOnce, silence } from '../support/fake-openai-plays.js';

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

let server: FakeOpenAi;
const remote = (batchMs = 5_000) => new OpenAiEmbeddings(serverAt(server.url), 'words', batchMs);
const local = new LocalEmbeddings();

beforeAll(async () => {
  server = await FakeOpenAi.start();
});
beforeEach(() => server.reset());
afterAll(async () => {
  await local.close();
  await server.close();
});

describe.each<[string, () => Embeddings]>([
  ['local', () => local],
  ['primary process', () => new PrimaryEmbeddings({ embed: (texts) => local.embed(texts) })],
  ['OpenAI-compatible', () => remote()],
])('%s embeddings', (_, make) => {
  it('are of unit length, one for each text, in order', async () => {
    const texts = ['a ship sinks', 'a dog and a boy', 'a ship sinks'];
    const [ship, dog, again] = await make().embed(texts);
    for (const vector of [ship!, dog!]) expect(dot(vector, vector)).toBeCloseTo(1, 5);
    expect(ship!.length).toBe(dog!.length);
    expect(dot(ship!, again!)).toBeCloseTo(1, 5);
    expect(dot(ship!, dog!)).toBeLessThan(0.99);
  });

  it('are nothing for nothing', async () => {
    expect(await make().embed([])).toEqual([]);
  });

  it('are had of empty, very long and odd texts', async () => {
    const vectors = await make().embed(['', 'word '.repeat(20_000), 'lone \ud800 surrogate', '東京物語 🎬']);
    for (const vector of vectors) for (const value of vector) expect(Number.isFinite(value)).toBe(true);
    expect(vectors).toHaveLength(4);
  });

  it('stop when the caller does, and work again after', async () => {
    const embeddings = make();
    const stop = new AbortController();
    const many = embeddings.embed(
      Array.from({ length: 200 }, (_item, i) => `text number ${i}`),
      stop.signal,
    );
    stop.abort(new Error('enough'));
    await expect(many).rejects.toThrow('enough');
    await expect(embeddings.embed(['x'], AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    expect(await embeddings.embed(['still here'])).toHaveLength(1);
  });
});

describe('local embeddings', () => {
  it('put paraphrases nearer than other texts', async () => {
    const [question, near, far] = await local.embed([
      'a film about a big fish that attacks people',
      'A great white shark kills swimmers off a small island.',
      'Two lawyers argue about a divorce in New York.',
    ]);
    expect(dot(question!, near!)).toBeGreaterThan(dot(question!, far!) + 0.1);
  });

  it('let a short question overtake a long list', async () => {
    let isListDone = false;
    const list = local.embed(Array.from({ length: 60 }, () => 'a sentence of some length '.repeat(8)));
    void list.then(() => (isListDone = true));
    await local.embed(['a question']);
    expect(isListDone).toBe(false);
    await list;
  });

  it('refuse more than may wait', async () => {
    await expect(local.embed(Array.from({ length: 20_000 }, () => 'x'))).rejects.toThrow(EmbeddingsError);
  });

  it('drop the weights when nothing is asked, and load them again', async () => {
    const shortLived = new LocalEmbeddings({ idleMs: 20 });
    const [first] = await shortLived.embed(['again']);
    await new Promise((later) => setTimeout(later, 200));
    const [second] = await shortLived.embed(['again']);
    expect(dot(first!, second!)).toBeCloseTo(1, 5);
    await shortLived.close();
  });

  it('fail when they take too long or are closed', async () => {
    const hurried = new LocalEmbeddings({ batchMs: 1 });
    await expect(hurried.embed(['x'])).rejects.toThrow(EmbeddingsError);
    const closed = new LocalEmbeddings();
    const underWay = closed.embed(['x']);
    await Promise.all([expect(underWay).rejects.toThrow(EmbeddingsError), closed.close()]);
  });
});

describe('OpenAI-compatible embeddings', () => {
  const vectors =
    (...data: object[]): Play =>
    (response) =>
      sendJson(response, 200, { data });

  it('send the key, in batches', async () => {
    await remote().embed(Array.from({ length: 130 }, (_, i) => `text ${i}`));
    expect(server.requests.map(({ body }) => body.input?.length)).toEqual([64, 64, 2]);
    expect(server.requests[0]!.headers.authorization).toBe('Bearer key');
  });

  it('go by the index, not by the place', async () => {
    server.replyToEmbeddings(vectors({ index: 1, embedding: [0, 2] }, { index: 0, embedding: [3, 4] }));
    const [first, second] = await remote().embed(['x', 'y']);
    expect([...first!].map((value) => value.toFixed(1))).toEqual(['0.6', '0.8']);
    expect([...second!]).toEqual([0, 1]);
  });

  it.each([
    ['429', refuse(429)],
    ['500', refuse(500)],
    ['a broken connection', resetAtOnce],
  ])('ask again after %s', async (_, play) => {
    server.replyToEmbeddings(play, embed());
    expect(await remote().embed(['x'])).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it('ask at most three times', async () => {
    server.replyToEmbeddings(refuse(503));
    await expect(remote().embed(['x'])).rejects.toThrow(EmbeddingsError);
    expect(server.requests).toHaveLength(3);
  });

  it.each<[string, Play]>([
    ['a refusal', refuse(401)],
    ['a redirect', refuse(307, { location: '/v1/elsewhere' })],
    ['a page', html],
    ['too few vectors', vectors({ index: 0, embedding: [1] })],
    ['a double index', vectors({ index: 0, embedding: [1] }, { index: 0, embedding: [1] })],
    ['vectors of two sizes', vectors({ index: 0, embedding: [1] }, { index: 1, embedding: [1, 2] })],
    ['another shape', (response) => sendJson(response, 200, { vectors: [] })],
  ])('do not ask again after %s', async (_, play) => {
    server.replyToEmbeddings(play);
    await expect(remote().embed(['x', 'y'])).rejects.toThrow(EmbeddingsError);
    expect(server.requests).toHaveLength(1);
  });

  it('fail at the deadline when the server stalls', async () => {
    server.replyToEmbeddings(silence);
    await expect(remote(200).embed(['x'])).rejects.toThrow('did not answer in time');
  });

  it('fail when there is no server', async () => {
    const nowhere = new OpenAiEmbeddings(serverAt('http://127.0.0.1:9/v1'), 'm', 400);
    await expect(nowhere.embed(['x'])).rejects.toThrow(EmbeddingsError);
  });
});
