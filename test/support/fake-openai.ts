import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** The body of a request, as far as tests look at it. */
export interface OpenAiBody {
  model: string;
  stream?: boolean;
  messages: { role: string; content: string }[];
  tools?: { function: { name: string } }[];
  input?: string | string[];
  dimensions?: number;
  encoding_format?: string;
}

export interface RecordedRequest {
  /** Without the `/v1` before it. */
  path: string;
  headers: IncomingMessage['headers'];
  body: OpenAiBody;
  /** The last user message. */
  said: string;
}

/** Plays one answer. It may leave it open: the server closes what is open when it is closed. */
export type Play = (response: ServerResponse, request: RecordedRequest) => void | Promise<void>;

/** A text said at once, a way of answering from `fake-openai-plays.ts`, or a choice made by the request. */
export type Reply = string | Play;

/**
 * An OpenAI-compatible server on a loopback port, which answers as it is told and remembers what it was asked.
 * Unless told otherwise it says "Hello from the model."
 */
export class FakeOpenAi {
  /** For `OPENAI_BASE_URL`. */
  readonly url: string;
  /** Everything it was asked but for its list of models, oldest first. */
  readonly requests: RecordedRequest[] = [];
  private chat: Reply[] = ['Hello from the model.'];
  private embeddings: Play[] = [embed()];
  private hangUps = 0;
  private onHangUp = () => {};

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }

  static async start(): Promise<FakeOpenAi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const fake = new FakeOpenAi(server);
    server.on('request', (request, response) => void fake.handle(request, response));
    return fake;
  }

  /** How the next chat requests are answered, one each; the last answers all that come after. */
  reply(...replies: [Reply, ...Reply[]]): void {
    this.chat = replies;
  }

  /** The same for embeddings. */
  replyToEmbeddings(...plays: [Play, ...Play[]]): void {
    this.embeddings = plays;
  }

  /** The chat requests' last; fails when there was none. */
  get lastRequest(): RecordedRequest {
    const last = this.requests.findLast(({ path }) => path === '/chat/completions');
    if (!last) throw new Error('The model was not asked');
    return last;
  }

  /** Resolves once a client has disconnected in the middle of an answer, now or since the last call. */
  async untilHungUp(): Promise<void> {
    if (!this.hangUps) await new Promise<void>((resolve) => (this.onHangUp = resolve));
    this.hangUps = 0;
  }

  /** Forgets requests and replies, for the next test. */
  reset(): void {
    this.requests.length = 0;
    this.hangUps = 0;
    this.chat = ['Hello from the model.'];
    this.embeddings = [embed()];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (response.writableFinished) return;
      this.hangUps++;
      this.onHangUp();
    });
    const path = (request.url ?? '').replace(/^\/v1/, '');
    const body = (request.method === 'POST' ? JSON.parse(await readText(request)) : {}) as OpenAiBody;
    const said = body.messages?.findLast(({ role }) => role === 'user')?.content ?? '';
    const recorded = { path, headers: request.headers, body, said };
    // Each process looks once whether its model is there.
    if (path !== '/models') this.requests.push(recorded);
    await this.choose(path.split('?', 1)[0]!)(response, recorded);
  }

  private choose(path: string): Play {
    if (path === '/chat/completions') {
      const reply = this.chat.length > 1 ? this.chat.shift()! : this.chat[0]!;
      return typeof reply === 'string' ? say(reply) : reply;
    }
    if (path === '/embeddings')
      return this.embeddings.length > 1 ? this.embeddings.shift()! : this.embeddings[0]!;
    if (path === '/models')
      return (response) => sendJson(response, 200, { object: 'list', data: [{ id: 'fake' }] });
    return (response) => sendJson(response, 404, { error: { message: `no route ${path}` } });
  }
}

export function sendJson(response: ServerResponse, status: number, body: object, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** One event of a stream. */
export const event = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-fake',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;

/** What comes at the end of every good stream. */
export const END = `${event({}, 'stop')}data: [DONE]\n\n`;

/** Words with the space after them: the tokens of the fake model. */
export const tokens = (text: string) => text.split(/(?<=\s)(?=\S)/);

/** Says a text, each token in an event, all in one write; to a request without `stream`, as a document. */
export const say =
  (text: string): Play =>
  (response, { body }) => {
    if (!body.stream) return sendCompletion(response, { content: text });
    const events = tokens(text).map((content) => event({ content }));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(event({ role: 'assistant', content: '' }) + events.join('') + END);
  };

/** Answers with the arguments of the tool it was offered, as structured output needs it. */
export const callTool =
  (args: unknown): Play =>
  (response, { body }) => {
    const name = body.tools?.[0]?.function.name ?? 'none';
    const call = { id: 'call_fake', type: 'function', function: { name, arguments: JSON.stringify(args) } };
    sendCompletion(response, { content: null, tool_calls: [call] }, 'tool_calls');
  };

function sendCompletion(response: ServerResponse, message: object, finish = 'stop'): void {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }];
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  sendJson(response, 200, { id: 'chatcmpl-fake', object: 'chat.completion', model: 'fake', choices, usage });
}

/** Vectors in which texts with the same words are near; 64 dimensions unless the request says otherwise. */
export const embed =
  (): Play =>
  (response, { body }) => {
    const inputs = [body.input ?? ''].flat();
    const vectors = inputs.map((input) => wordVector(input, body.dimensions ?? 64));
    const encode = (vector: Float32Array) =>
      body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encode(vector) }));
    sendJson(response, 200, { object: 'list', data, usage: { prompt_tokens: 1, total_tokens: 1 } });
  };

function wordVector(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    const hash = [...word].reduce(
      (value, char) => Math.imul(value ^ char.codePointAt(0)!, 16777619),
      2166136261,
    );
    vector[(hash >>> 0) % dimensions]! += 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
