import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi, say, type Play } from '../support/fake-openai.js';

const PNG = readFileSync(new URL('../support/scan.png', import.meta.url)).toString('base64');
const IMAGE = `data:image/png;base64,${PNG}`;
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

describe('images inside messages', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let ada: Account;

  const look: Play = (response, request) => {
    const isVision = JSON.stringify(request.body.messages).includes('image_url');
    return say(isVision ? SEEN : 'A bicycle.')(response, request);
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
      const vision = model.requests.find(({ body: { model: name } }) => name === 'eyes')!;
      expect(JSON.stringify(vision.body)).toContain(PNG.slice(0, 200));
      const asked = JSON.stringify(model.requests.findLast(({ body: { stream } }) => stream)!.body);
      expect(asked).toContain(SEEN);
      expect(asked).toContain(TEXT);
      expect(await attachments()).toMatchObject([{ filename: 'image-1.png', status: 'indexed' }]);
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

  it('are refused with the name of the setting where there is no vision model', async () => {
    const blind = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });
    try {
      const { accessToken: token } = await register(blind.url);
      for (const [, path, body] of BODIES) {
        const answer = await call(blind.url, path, { token, body: body(IMAGE) });
        expect([answer.status, await answer.text()]).toEqual([
          400,
          expect.stringContaining('OPENAI_VISION_MODEL'),
        ]);
      }
    } finally {
      await blind.close();
    }
  });
});
