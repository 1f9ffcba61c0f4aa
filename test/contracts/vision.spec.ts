import { OpenAiVision } from '../../src/adapters/vision/openai-vision.js';
import { NoVision, VisionError } from '../../src/adapters/vision/vision.js';
import { serverAt } from '../support/openai-server.js';
import { FakeOpenAi, type Reply } from '../support/fake-openai.js';
import { html, refuse, resetAtOnce, silence } from '../support/fake-openai-plays.js';

const picture = { bytes: Buffer.from('not looked at by the fake'), mediaType: 'image/png' };

let server: FakeOpenAi;
const vision = (withinMs = 5_000) => new OpenAiVision(serverAt(`${server.url}/`), 'eyes', withinMs);

beforeAll(async () => {
  server = await FakeOpenAi.start();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

describe('a vision model', () => {
  it('is sent the image once, and returns its description', async () => {
    server.reply('A harbour.\nA sign says "Pier 4".');
    expect(await vision().describe(picture)).toBe('A harbour.\nA sign says "Pier 4".');
    const { headers, body } = server.lastRequest;
    expect(headers.authorization).toBe('Bearer key');
    expect(body.messages).toMatchObject([
      {
        role: 'user',
        content: [
          { type: 'text' },
          {
            type: 'image_url',
            image_url: { url: `data:image/png;base64,${picture.bytes.toString('base64')}` },
          },
        ],
      },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('says it in words that can be stored, and not too many', async () => {
    server.reply(`\0 A \ud800 ${'very '.repeat(2_000)}`);
    const caption = await vision().describe(picture);
    expect([caption.isWellFormed(), caption.includes('\0'), caption.length <= 4_000]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each<[string, Reply, RegExp]>([
    ['refuses', refuse(401), /HTTP 401/],
    ['is broken', refuse(503), /HTTP 503/],
    ['speaks something else', html, /invalid response/],
    ['says nothing', '', /invalid response/],
    ['says far too much', 'x'.repeat(2 * 2 ** 20), /invalid response/],
    ['hangs up', resetAtOnce, /connection .* failed/],
  ])('that %s is an error with a sentence and without secrets', async (_, reply, sentence) => {
    server.reply(reply);
    const failure = vision().describe(picture);
    await expect(failure).rejects.toThrow(VisionError);
    await expect(failure).rejects.toThrow(sentence);
    await expect(failure).rejects.not.toThrow(/sk-secret|Bearer/);
  });

  it('has a deadline', async () => {
    server.reply(silence);
    await expect(vision(100).describe(picture)).rejects.toThrow('did not answer in time');
  });

  it('stops when the caller does', async () => {
    server.reply(silence);
    const stop = new AbortController();
    const description = vision().describe(picture, stop.signal);
    stop.abort(new Error('enough'));
    await expect(description).rejects.toThrow('enough');
  });
});

describe('no vision model', () => {
  it('says nothing', async () => {
    expect(await new NoVision().describe()).toBeNull();
  });
});
