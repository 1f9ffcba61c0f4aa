import { randomUUID } from 'node:crypto';
import { HttpAgent, runHttpRequest, transformHttpEventStream, type BaseEvent } from '@ag-ui/client';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { DefaultChatTransport, readUIMessageStream, type UIMessage, type UIMessageChunk } from 'ai';
import OpenAI from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Response as OpenAiResponse, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { Stream } from 'openai/streaming';
import { call } from './client.js';
import { TestSocket } from './socket.js';
import { collectSse, type SseEvent } from './sse.js';

/** What a client has seen of an answer; what its wire does not say is left out. */
export interface Seen {
  text: string;
  runId?: string;
  /** Names of the documents. */
  sources?: string[];
}

/** An answer that a client has come to. */
export interface Watch {
  /** The whole answer, once it is over. */
  seen: Promise<Seen>;
}

/** The client of a wire. */
export interface WireClient {
  name: string;
  /** Asks, and reads the answer to its end. */
  ask(conversationId: string, message: string): Promise<Seen>;
  /** Resolves when it has come to a run, which may be in the middle. Left out where the wire cannot do so. */
  attach?(conversationId: string, runId: string): Promise<Watch>;
  /** Reads an answer that is over, where it cannot come to one that is not. */
  read?(conversationId: string, runId: string): Promise<Seen>;
}

/** Every wire that has a conversation, spoken by the packages that people use. */
export function wireClients(url: string, token: string): WireClient[] {
  return [
    movieFinder(url, token),
    ragAssistant(url, token),
    agentDesk(url, token),
    completions(url, token),
    responses(url, token),
    aiSdk(url, token),
    agUi(url, token),
    mcp(url, token),
  ];
}

const uuidOf = (hex: string) => hex.replace(/^\w+_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const convOf = (conversationId: string) => `conv_${conversationId.replaceAll('-', '')}`;
const namesOf = (sources: readonly { title: string }[]) => sources.map(({ title }) => title);
const streamPath = (runId: string, as: string) => `/runs/${runId}/stream?as=${as}`;

interface TypedEvent {
  type: string;
  [field: string]: unknown;
}

function movieFinder(url: string, token: string): WireClient {
  const read = async (response: Response): Promise<Seen> => {
    const events = await collectSse(response);
    const parsed = events.map(({ data }) => JSON.parse(data) as TypedEvent);
    const text = parsed.map(({ content }) => content ?? '').join('');
    const done = parsed.at(-1)!;
    if (done.type !== 'done' || done['reply'] !== text)
      throw new Error(`it ended in ${JSON.stringify(done)}`);
    return { text, runId: runOf(events) };
  };
  return {
    name: 'S0',
    ask: async (session_id, message) =>
      read(await call(url, '/chat', { token, body: { session_id, message } })),
    attach: async (_conversation, runId) => ({
      seen: read(await call(url, streamPath(runId, 'movie-finder'), { token })),
    }),
  };
}

const runOf = (events: readonly SseEvent[]) => events.at(-1)!.id!.split(':')[0];

function ragAssistant(url: string, token: string): WireClient {
  const read = async (response: Response): Promise<Seen> => {
    const events = (await collectSse(response)).filter(({ data }) => data !== '[DONE]');
    const parsed = events.map(({ data }) => JSON.parse(data) as { type: string; data: never });
    const dataOf = (type: string) => parsed.filter((event) => event.type === type).map(({ data }) => data);
    if (parsed.at(-1)!.type !== 'done') throw new Error('it did not end in done');
    return {
      text: dataOf('token').join(''),
      runId: (dataOf('meta')[0]! as { run_id: string }).run_id,
      sources: namesOf(dataOf('sources').flat()),
    };
  };
  return {
    name: 'S4',
    ask: async (conversation_id, message) =>
      read(await call(url, '/chat', { token, body: { conversation_id, message } })),
    attach: async (conversationId) => ({
      seen: read(await call(url, `/chat/${conversationId}/stream?as=rag-assistant`, { token })),
    }),
  };
}

function agentDesk(url: string, token: string): WireClient {
  const open = (conversationId: string, more: string) =>
    TestSocket.open(url, `/async_chat?token=${token}&conversationID=${conversationId}&${more}`);
  const read = async (socket: TestSocket): Promise<Seen> => {
    for (let count = 1; !socket.frames.some(({ event_type: type }) => type === 'done'); count += 1)
      await socket.until(count);
    socket.socket.close();
    const of = (type: string) => socket.frames.filter(({ event_type }) => event_type === type);
    const legend = of('log').find(({ content }) => String(content).startsWith('Sources:'));
    return {
      text: of('on_chat_model_stream')
        .map(({ content }) => content)
        .join(''),
      runId: String(of('done')[0]!['run_id']),
      sources: [...String(legend?.['content']).matchAll(/\[\d+\] ([^;]+)/g)].map(([, name]) => name!),
    };
  };
  return {
    name: 'S3',
    ask: async (conversationId, message) => {
      const socket = await open(conversationId, 'keepAlive=1');
      socket.send(message);
      return read(socket);
    },
    attach: async (conversationId) => ({ seen: read(await open(conversationId, 'watch=1')) }),
  };
}

function completions(url: string, token: string): WireClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token });
  const read = async (stream: AsyncIterable<ChatCompletionChunk>): Promise<Seen> => {
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    const annotations = deltas.flatMap(
      (delta) => (delta as { annotations?: { url_citation: { title: string } }[] }).annotations ?? [],
    );
    if (chunks.at(-1)!.choices[0]!.finish_reason !== 'stop') throw new Error('it did not end in stop');
    return {
      text: deltas.map(({ content }) => content ?? '').join(''),
      runId: chunks[0]!.id.replace('chatcmpl-', ''),
      sources: namesOf(annotations.map(({ url_citation }) => url_citation)),
    };
  };
  return {
    name: 'chat completions',
    ask: async (conversation_id, content) =>
      read(
        await client.chat.completions.create({
          model: 'assistant',
          messages: [{ role: 'user', content }],
          metadata: { conversation_id },
          stream: true,
        }),
      ),
    attach: async (_conversation, runId) => {
      const response = await call(url, streamPath(runId, 'openai'), { token });
      return { seen: read(Stream.fromSSEResponse<ChatCompletionChunk>(response, new AbortController())) };
    },
  };
}

function responses(url: string, token: string): WireClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token });
  const read = async (stream: AsyncIterable<ResponseStreamEvent>): Promise<Seen> => {
    let text = '';
    let response: OpenAiResponse | undefined;
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') response = event.response;
    }
    if (!response) throw new Error('it did not end in response.completed');
    const search = response.output.find(({ type }) => type === 'file_search_call');
    const results = search?.type === 'file_search_call' ? search.results : [];
    return {
      text,
      runId: uuidOf(response.id),
      sources: (results ?? []).map(({ filename }) => filename ?? ''),
    };
  };
  return {
    name: 'Responses',
    ask: async (conversationId, input) =>
      read(
        await client.responses.create({
          model: 'assistant',
          input,
          conversation: convOf(conversationId),
          stream: true,
        }),
      ),
    attach: async (_conversation, runId) => ({
      seen: read(await client.responses.retrieve(`resp_${runId.replaceAll('-', '')}`, { stream: true })),
    }),
  };
}

function aiSdk(url: string, token: string): WireClient {
  const transport = new DefaultChatTransport({
    api: `${url}/api/ai/chat`,
    headers: { Authorization: `Bearer ${token}` },
  });
  const read = async (stream: ReadableStream<UIMessageChunk>): Promise<Seen> => {
    let message: UIMessage | undefined;
    for await (const next of readUIMessageStream({ stream, terminateOnError: true })) message = next;
    const parts = message!.parts;
    return {
      text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      runId: message!.id,
      sources: namesOf(parts.filter((part) => part.type === 'source-document')),
    };
  };
  return {
    name: 'AI SDK',
    ask: async (chatId, text) =>
      read(
        await transport.sendMessages({
          chatId,
          messages: [{ id: randomUUID(), role: 'user', parts: [{ type: 'text', text }] }],
          trigger: 'submit-message',
          messageId: undefined,
          abortSignal: undefined,
        }),
      ),
    attach: async (chatId) => ({ seen: read((await transport.reconnectToStream({ chatId }))!) }),
  };
}

function agUi(url: string, token: string): WireClient {
  const toSeen = (events: readonly BaseEvent[]): Seen => {
    const all = events as unknown as TypedEvent[];
    if (all.at(-1)!.type !== 'RUN_FINISHED') throw new Error('it did not end in RUN_FINISHED');
    const found = all.find(({ name }) => name === 'parley.sources')?.['value'] ?? [];
    return {
      text: all.map(({ type, delta }) => (type === 'TEXT_MESSAGE_CONTENT' ? delta : '')).join(''),
      runId: String(all.find(({ type }) => type === 'TEXT_MESSAGE_START')!['messageId']),
      sources: namesOf(found as { title: string }[]),
    };
  };
  return {
    name: 'AG-UI',
    ask: async (threadId, content) => {
      const events: BaseEvent[] = [];
      const agent = new HttpAgent({
        url: `${url}/agui/assistant`,
        headers: { Authorization: `Bearer ${token}` },
        threadId,
      });
      agent.addMessage({ id: randomUUID(), role: 'user', content });
      await agent.runAgent({}, { onEvent: ({ event }) => void events.push(event) });
      return toSeen(events);
    },
    attach: async (_conversation, runId) => {
      const response = await call(url, streamPath(runId, 'ag-ui'), { token });
      const seen = new Promise<Seen>((resolve, reject) => {
        const events: BaseEvent[] = [];
        transformHttpEventStream(runHttpRequest(() => Promise.resolve(response))).subscribe({
          next: (event) => void events.push(event),
          error: reject,
          complete: () => resolve(toSeen(events)),
        });
      });
      return { seen };
    },
  };
}

function mcp(url: string, token: string): WireClient {
  const callTool = async <T>(name: string, args: object): Promise<T> => {
    const client = new Client({ name: 'a test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    const requestInit = { headers: { Authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
    const result = await client.callTool({ name, arguments: { ...args } });
    await client.close();
    if (result.isError) throw new Error(JSON.stringify(result.content));
    return result.structuredContent as T;
  };
  return {
    name: 'MCP',
    ask: async (conversation_id, message) => {
      const answer = await callTool<{ reply: string; run_id: string; sources: { title: string }[] }>(
        'ask_agent',
        { message, conversation_id },
      );
      return { text: answer.reply, runId: answer.run_id, sources: namesOf(answer.sources) };
    },
    read: async (id) => {
      const { messages } = await callTool<{ messages: { id: string; content: string }[] }>(
        'read_conversation',
        { id, limit: 1 },
      );
      return { text: messages[0]!.content, runId: messages[0]!.id };
    },
  };
}
