/**
 * The limit: the least that a chat backend can be. `node:http` in, `node:http` out, the model's bytes untouched, and
 * two INSERTs: the message before the model is called, the reply before its stream ends. No accounts, no log, no
 * resuming.
 */
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import pg from 'pg';
import { addressOf } from '../rig/address.mjs';

const { MODEL_URL, DATABASE_URL } = process.env;
const agent = new Agent({ keepAlive: true, maxFreeSockets: 1_000 });
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS relay_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id uuid NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`);

const store = (conversation, role, content) =>
  pool.query({
    name: 'store',
    text: 'INSERT INTO relay_messages (conversation_id, role, content) VALUES ($1, $2, $3)',
    values: [conversation, role, content],
  });

async function answer(request, response) {
  const { conversation, message } = /** @type {any} */ (await readJson(request));
  await store(conversation, 'user', message);
  const asked = httpRequest(`${MODEL_URL}/chat/completions`, {
    method: 'POST',
    agent,
    headers: { 'Content-Type': 'application/json' },
  });
  response.once('close', () => asked.destroy());
  asked.end(JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: message }] }));
  const [stream] = await once(asked, 'response');
  response.writeHead(stream.statusCode, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  const bytes = [];
  stream.on('data', (chunk) => {
    bytes.push(chunk);
    if (response.write(chunk)) return;
    stream.pause();
    response.once('drain', () => stream.resume());
  });
  await once(stream, 'end');
  await store(conversation, 'assistant', textOf(Buffer.concat(bytes).toString()));
  response.end();
}

const textOf = (stream) =>
  stream
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice('data: '.length)).choices[0].delta.content ?? '')
    .join('');

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (!response.headersSent) response.writeHead(502);
    response.end(error.message);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
process.send({ url: addressOf(server) });
process.on('disconnect', () => process.exit());
