import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi, say, type Play } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';
import { upload, uploaded } from '../support/upload.js';

const PNG = readFileSync(new URL('../support/scan.png', import.meta.url)).toString('base64');
const IMAGE = `data:image/png;base64,${PNG}`;
const BYTES = Buffer.from(PNG, 'base64');
const SEEN = 'A red bicycle leans against a wall in Utrecht.';
const TEXT = 'What leans against the wall?';

/** Bodies of the wires that take images inside messages, with an image's address. */
const BODIES: [wire: string, path: string, body: (url: string) => object][] = [
  [
    'chat completions',
    '/v1/chat/completions',
    (url) => ({
      model: 'assistant',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: TEXT },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    }),
  ],
  [
    'Responses',
    '/v1/responses',
    (image_url) => ({
      model: 'assistant',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: TEXT },
            { type: 'input_image', image_url },
          ],
        },
      ],
    }),
  ],
  [
    'AI SDK',
    '/api/ai/chat',
    (url) => ({
      id: randomUUID(),
      trigger: 'submit-message',
      messages: [
        {
          id: randomUUID(),
          role: 'user',
          parts: [
            { type: 'file', mediaType: 'image/png', filename: 'a.png', url },
            { type: 'text', text: TEXT },
          ],
        },
      ],
    }),
  ],
  [
    'AG-UI',
    '/agui/assistant',
    (url) => ({
      threadId: randomUUID(),
      runId: randomUUID(),
      messages: [
        {
          id: 'm',
          role: 'user',
          content: [
            { type: 'text', text: TEXT },
            { type: 'image', source: sourceOf(url) },
          ],
        },
      ],
      tools: [],
      context: [],
      state: {},
    }),
  ],
];
const sourceOf = (url: string) =>
  url.startsWith('data:')
    ? { type: 'data', mimeType: 'image/png', value: url.split(',')[1] }
    : { type: 'url', value: url };

/** What the model was last asked to answer, by the newest message of the request. */
const answered = (model: FakeOpenAi) => {
  const { body } = model.requests.findLast(({ body: { stream } }) => stream)!;
  const parts = [body.messages.at(-1)!.content].flat() as (
    string | { text?: string; image_url?: { url: string } }
  )[];
  return {
    model: body.model,
    text: parts.map((part) => (typeof part === 'string' ? part : (part.text ?? ''))).join(''),
    images: parts.flatMap((part) =>
      typeof part === 'string' || !part.image_url ? [] : [part.image_url.url],
    ),
  };
};

/** Asks on S4. @returns the text of the answer */
const askS4 = async (url: string, token: string, body: object) => {
  const answer = await call(url, '/chat', { token, body: { include_citations: true, ...body } });
  expect(answer.status).toBe(200);
  const events = (await answer.text()).split('\n').filter((line) => line.startsWith('data: {'));
  return events
    .map((line) => JSON.parse(line.slice(6)) as { type: string; data: string })
    .flatMap(({ type, data }) => (type === 'token' ? [data] : []))
    .join('');
};
/** Asks on S3. @returns the text of the answer */
const askS3 = async (url: string, token: string, conversationID: string, agentName = '') => {
  const query = new URLSearchParams({ token, conversationID, agentName });
  const socket = await TestSocket.open(url, `/async_chat?${query.toString()}`);
  socket.send(TEXT);
  await socket.closed;
  const frames = socket.frames as { event_type: string; content: string }[];
  return frames
    .flatMap(({ event_type: type, content }) => (type === 'on_chat_model_stream' ? [content] : []))
    .join('');
};
const uploadInto = (url: string, token: string, conversation: string) =>
  upload(url, `/upload/${conversation}`, token, { name: 'photo.png', bytes: BYTES });

describe('images inside messages', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;
  const answering = () => answered(model);

  const look: Play = (response, request) => {
    const isVision = JSON.stringify(request.body.messages).includes('image_url');
    return say(isVision ? SEEN : 'I cannot see.')(response, request);
  };
  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      OPENAI_VISION_MODEL: 'eyes',
    });
  });
  beforeEach(async () => {
    model.reset();
    model.reply(look);
    ada = await register(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const attachments = async () =>
    (
      await callJson<{ items: { filename: string; status: string }[] }>(parley.url, '/attachments', {
        token: ada.accessToken,
      })
    ).body.items;

  it.each(BODIES)(
    'reach the vision model on %s, and stay with the conversation',
    async (_wire, path, body) => {
      const sent = body(IMAGE);
      const headers = { 'Idempotency-Key': randomUUID() };
      const answer = await call(parley.url, path, { token: ada.accessToken, body: sent, headers });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('bicycle');
      expect(answering()).toEqual({ model: 'eyes', text: expect.stringContaining(TEXT), images: [IMAGE] });
      expect(await attachments()).toMatchObject([{ filename: 'image-1.png' }]);
      const again = await call(parley.url, path, { token: ada.accessToken, body: sent, headers });
      expect(await again.text()).toContain('bicycle');
      expect(await attachments()).toHaveLength(1);
    },
  );

  it.each(BODIES)(
    'are refused with a sentence on %s where they cannot be read',
    async (_wire, path, body) => {
      const refusalOf = async (url: string, image: string, token: string) => {
        const answer = await call(url, path, { token, body: body(image) });
        const { detail, error } = (await answer.json()) as { detail?: string; error?: { message: string } };
        return [answer.status, detail ?? error?.message];
      };
      expect(await refusalOf(parley.url, 'https://example.com/a.png', ada.accessToken)).toEqual([
        400,
        expect.stringContaining('POST /upload'),
      ]);
      expect(await refusalOf(parley.url, 'data:image/png;base64,', ada.accessToken)).toEqual([
        400,
        expect.stringContaining('image'),
      ]);
      expect(await refusalOf(parley.url, 'data:image/png;base64,aGVsbG8h', ada.accessToken)).toEqual([
        400,
        expect.stringContaining('no image'),
      ]);
      expect(await attachments()).toEqual([]);
    },
  );

  it.each(BODIES)(
    'are refused on %s with the limit of a body, and with where larger ones go',
    async (_wire, path, body) => {
      const large = `data:image/png;base64,${'A'.repeat(1_100_000)}`;
      const answer = await call(parley.url, path, { token: ada.accessToken, body: body(large) });
      expect([answer.status, await answer.text()]).toEqual([
        413,
        expect.stringMatching(/1024 KB \(MAX_BODY_KB\).*POST \/upload/),
      ]);
    },
  );

  it('reach the vision model as files named on S4, with the message that names them and no other', async () => {
    const token = ada.accessToken;
    const file = { name: 'photo.png', bytes: BYTES };
    const named = { attachment_ids: [await uploaded(parley.url, token, file)], conversation_id: 'photo' };
    expect(await askS4(parley.url, token, { message: TEXT, ...named })).toBe(SEEN);
    expect(answering()).toMatchObject({ model: 'eyes', images: [IMAGE] });
    expect(await askS4(parley.url, token, { message: 'Thanks!', conversation_id: 'photo' })).toBe(
      'I cannot see.',
    );
    expect(answering().images).toEqual([]);
    // Another answer to the first message is one about its image, too.
    const { messages } = (
      await callJson<{ messages: { id: string }[] }>(parley.url, '/conversations/photo/messages', { token })
    ).body;
    const again = await call(parley.url, `/conversations/photo/messages/${messages[1]!.id}/regenerate`, {
      token,
      method: 'POST',
    });
    expect(await again.text()).toContain('bicycle');
    expect(answering().images).toEqual([IMAGE]);
  });

  it('reach the vision model on S3 when they were uploaded since the last question', async () => {
    const token = ada.accessToken;
    expect((await uploadInto(parley.url, token, 'desk')).status).toBe(200);
    expect(await askS3(parley.url, token, 'desk')).toBe(SEEN);
    expect(answering()).toMatchObject({ model: 'eyes', images: [IMAGE] });
    expect(await askS3(parley.url, token, 'desk')).toBe('I cannot see.');
    expect(answering().images).toEqual([]);
  });

  it('are shown by the assistant where the agent of the conversation reads no images', async () => {
    const [, path, body] = BODIES[0]!;
    const sent = { ...body(IMAGE), model: 'movie-finder' };
    const answer = await call(parley.url, path, { token: ada.accessToken, body: sent });
    expect(await answer.text()).toContain(SEEN);
    expect(answering().images).toEqual([IMAGE]);
  });

  it('are shown to the model up to 8, and the reply names the others', async () => {
    const token = ada.accessToken;
    const ids: string[] = [];
    for (let i = 1; i <= 9; i++)
      ids.push(await uploaded(parley.url, token, { name: `photo-${i}.png`, bytes: BYTES }));
    const reply = await askS4(parley.url, token, { message: TEXT, attachment_ids: ids });
    expect(reply).toMatch(/^photo-9\.png was not shown to the model: .*8 images/);
    expect(reply).toContain(SEEN);
    expect(answering().images).toHaveLength(8);
  });
});

describe('images without a vision model', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let token: string;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    model.reply('I cannot see.');
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      OCR_LANGUAGES: 'off',
    });
    token = (await register(parley.url)).accessToken;
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  it.each(BODIES)(
    'are refused inside a message on %s, with the name of the setting',
    async (_wire, path, body) => {
      const answer = await call(parley.url, path, { token, body: body(IMAGE) });
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining('OPENAI_VISION_MODEL'),
      ]);
    },
  );

  const unseen = /^photo\.png cannot be seen: .*OPENAI_VISION_MODEL/;

  it('are named in the reply on S4, and the model is asked without them', async () => {
    const id = await uploaded(parley.url, token, { name: 'photo.png', bytes: BYTES });
    expect(await askS4(parley.url, token, { message: TEXT, attachment_ids: [id] })).toMatch(unseen);
    expect(answered(model).images).toEqual([]);
  });

  it('fail an answer in JSON, which cannot name them', async () => {
    const file_id = await uploaded(parley.url, token, { name: 'photo.png', bytes: BYTES });
    const content = [
      { type: 'text', text: TEXT },
      { type: 'file', file: { file_id } },
    ];
    const answer = await callJson<{ error: { message: string } }>(parley.url, '/v1/chat/completions', {
      token,
      body: {
        model: 'assistant',
        messages: [{ role: 'user', content }],
        response_format: { type: 'json_object' },
      },
    });
    expect([answer.status, answer.body.error?.message]).toEqual([503, expect.stringMatching(unseen)]);
  });

  it('are named in the reply on S3, once for each upload, whichever agent answers', async () => {
    await uploadInto(parley.url, token, 'desk');
    expect(await askS3(parley.url, token, 'desk')).toMatch(unseen);
    expect(await askS3(parley.url, token, 'desk')).not.toMatch(unseen);
    await uploadInto(parley.url, token, 'films');
    expect(await askS3(parley.url, token, 'films', 'Movie Finder')).toMatch(unseen);
  });
});
