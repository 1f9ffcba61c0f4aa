import type { ServerResponse } from 'node:http';

const TOKENS = 100;
/** Events of one write: a model's tokens arrive in several reads. */
const PER_WRITE = 4;
const WORDS = 'the code that streams answers is compiled while nobody waits for them'.split(' ');
/** Text that leaves the fast path of the sanitizer. */
const SPECIAL = [' `code`', '.\n\n- ', ' [1]', ' é'];

/** Streams an answer as an OpenAI-compatible server does. */
export async function streamSyntheticAnswer(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (let at = 0; at < EVENTS.length; at += PER_WRITE) {
    response.write(EVENTS.slice(at, at + PER_WRITE).join(''));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end('data: [DONE]\n\n');
}

const eventOf = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const tokenAt = (i: number) => SPECIAL[i % 12] ?? ` ${WORDS[i % WORDS.length]}`;

const EVENTS = [
  eventOf({ role: 'assistant', content: '' }),
  ...Array.from({ length: TOKENS }, (_, i) => eventOf({ content: tokenAt(i) })),
  eventOf({}, 'stop'),
];
