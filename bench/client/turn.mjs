/** One turn at one target: the order is sent, the stream is read to its end, the reply is compared with the text. */
import { randomUUID } from 'node:crypto';
import { tokensOf, toOrder } from '../rig/replies.mjs';
import { dialects, eventReader } from './dialects.mjs';

const DEADLINE_MS = 60_000;

/**
 * @param endpoint `target`, `connection`, and the `token` of an account
 * @param order text, tokens, paceMs
 * @param onTokens called with how many more tokens of the text have come
 * @returns {Promise<{verdict: 'right' | 'wrong' | 'truncated' | 'failed', reason?: string, firstMs?: number,
 *   ms: number, conversation: string, text: string}>}
 */
export async function takeTurn(endpoint, order, { conversation = randomUUID(), onTokens = undefined } = {}) {
  const { target, connection, token } = endpoint;
  const dialect = dialects[target];
  const reply = new Reply(tokensOf(order.text, order.tokens));
  const begun = performance.now();
  let firstMs, error;
  let isOver = false;
  const read = eventReader((data) => {
    const event = dialect.read(data);
    if (event.text) {
      firstMs ??= performance.now() - begun;
      const tokens = reply.add(event.text);
      onTokens?.(tokens);
    }
    if (event.conversation) conversation = event.conversation;
    isOver ||= event.isOver;
    error ??= event.error;
  });
  const late = setTimeout(() => connection.close('no end in time'), DEADLINE_MS);
  try {
    const request = dialect.toRequest({ conversation, message: toOrder(order), token });
    const status = await connection.post(request, read);
    if (status !== 200) error = `status ${status}`;
  } catch (failure) {
    error = failure.message;
    connection.close();
  }
  clearTimeout(late);
  const verdict = error ? 'failed' : reply.verdict(isOver);
  const reason = error ?? reply.difference;
  return { verdict, reason, firstMs, ms: performance.now() - begun, conversation, text: reply.expected };
}

/** What has come of a text. Tokens are counted by the text they make up, however they are divided among events. */
class Reply {
  #text = '';
  #tokens = 0;
  #endOfNext;

  constructor(tokens) {
    this.tokens = tokens;
    this.expected = tokens.join('');
    this.#endOfNext = tokens[0].length;
  }

  /** @returns how many tokens that completes */
  add(text) {
    this.#text += text;
    const before = this.#tokens;
    while (this.#text.length >= this.#endOfNext) {
      this.#tokens++;
      this.#endOfNext += this.tokens[this.#tokens]?.length ?? Infinity;
    }
    return this.#tokens - before;
  }

  verdict(isOver) {
    if (this.#text === this.expected) return isOver ? 'right' : 'truncated';
    return this.expected.startsWith(this.#text) ? 'truncated' : 'wrong';
  }

  get difference() {
    let at = 0;
    while (at < this.#text.length && this.#text[at] === this.expected[at]) at++;
    return `${at} of ${this.expected.length} characters, then ${JSON.stringify(this.#text.slice(at, at + 40))}`;
  }
}
