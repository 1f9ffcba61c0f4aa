/**
 * The model: an OpenAI-compatible server that costs next to nothing. It returns the text that the message names, a
 * write for each token as real models do, whose bytes are made once.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { addressOf } from '../rig/address.mjs';
import { readOrder, tokensOf } from '../rig/replies.mjs';

/** Answers of one pace, in the order in which their next tokens are due; each gets at most one a turn. */
class Lane {
  #queue = [];
  #isWaiting = false;

  constructor(paceMs) {
    this.paceMs = paceMs;
  }

  /** Sends the next token of an answer and schedules those after it; the first is sent at once. */
  step(answer) {
    answer.due += this.paceMs;
    const state = answer.say();
    if (state === 'drain') answer.socket.once('drain', () => this.#add(answer));
    else if (state) this.#add(answer);
  }

  #add(answer) {
    this.#queue.push(answer);
    this.#turnLater();
  }

  #turnLater() {
    if (this.#isWaiting || this.#queue.length === 0) return;
    this.#isWaiting = true;
    if (this.paceMs > 0) setTimeout(this.#turn, 1);
    else setImmediate(this.#turn);
  }

  #turn = () => {
    const now = performance.now();
    for (let left = this.#queue.length; left > 0 && this.#queue[0].due <= now; left--)
      this.step(this.#queue.shift());
    this.#isWaiting = false;
    this.#turnLater();
  };
}

/** One answer being streamed. */
class Answer {
  due = performance.now();
  #said = 0;

  constructor(response, frames) {
    this.response = response;
    this.socket = response.socket;
    this.frames = frames;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
  }

  /** Says the next token. @returns whether there are more, `drain` when they have to wait */
  say() {
    if (this.response.destroyed) return false;
    // Past the framework's own chunking: the frames are chunks of HTTP already.
    const isTaken = this.socket.write(this.frames[this.#said++]);
    if (this.#said < this.frames.length) return isTaken || 'drain';
    this.response.end();
    return false;
  }
}

const lanes = new Map();
const known = new Map();

/** A text as chunks of HTTP, one for each token; what begins and ends a stream goes with the first and the last. */
function framesOf({ text, tokens }) {
  const key = `${text}/${tokens}`;
  if (!known.has(key)) {
    const events = tokensOf(text, tokens).map((content) => toEvent({ content }));
    events[0] = toEvent({ role: 'assistant', content: '' }) + events[0];
    events[events.length - 1] += `${toEvent({}, 'stop')}data: [DONE]\n\n`;
    known.set(key, events.map(toChunk));
  }
  return known.get(key);
}

const toEvent = (delta, finish = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-9f2c61d0b7a84e35',
    object: 'chat.completion.chunk',
    created: 1_795_200_000,
    model: 'bench',
    system_fingerprint: 'fp_4e35b7a8',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;

const toChunk = (text) => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);

const server = createServer((request, response) => void respond(request, response));
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
process.send({ url: `${addressOf(server)}/v1` });
process.on('disconnect', () => process.exit());

async function respond(request, response) {
  const order = readOrder(await readText(request));
  if (!order) return response.writeHead(400).end('no order');
  const { paceMs } = order;
  if (!lanes.has(paceMs)) lanes.set(paceMs, new Lane(paceMs));
  lanes.get(paceMs).step(new Answer(response, framesOf(order)));
}
