import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { END, event, sendJson, tokens, type Play } from './fake-openai.js';

/** The ways in which model servers answer, well and badly. Each is for `FakeOpenAi.reply`. */

function open(response: ServerResponse): ServerResponse {
  response.socket?.setNoDelay(true);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(event({ role: 'assistant', content: '' }));
  return response;
}

const spoken = (text: string) => tokens(text).map((content) => event({ content }));

/** Good streams. */

/** One write for each token, `everyMs` apart. */
export const sayPaced =
  (text: string, everyMs = 0): Play =>
  async (response) => {
    open(response);
    for (const token of spoken(text)) {
      await (everyMs ? sleep(everyMs) : nextTurn());
      if (response.destroyed) return;
      response.write(token);
    }
    response.end(END);
  };

/** Cuts the stream into writes of so many bytes, in the middle of lines and characters. */
export const sayInPieces =
  (text: string, bytes: number): Play =>
  async (response) => {
    open(response);
    const stream = Buffer.from(spoken(text).join('') + END);
    for (let start = 0; start < stream.length; start += bytes) {
      response.write(stream.subarray(start, start + bytes));
      await nextTurn();
    }
    response.end();
  };

/** Everything that is allowed and rare: CRLF, comments, fields, empty choices, nulls, usage, other choices. */
export const sayOddly =
  (text: string): Play =>
  (response) => {
    const odd = [
      ': a comment\n\n',
      'data: {"choices":[]}\n\n',
      'id: 7\nretry: 10\n\n',
      event({ content: null }),
    ];
    const usage = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
    const second = event({ content: 'another choice' }).replace('"choices":[', '"choices":[null,');
    const stream = [...odd, second, ...spoken(text), event({}, 'stop'), usage, 'data: [DONE]\n\n'].join('');
    open(response).end(stream.replaceAll('\n', '\r\n'));
  };

/** Ends with a finish reason and without `[DONE]` or the last blank line, as some servers do. */
export const sayWithoutDone =
  (text: string): Play =>
  (response) => {
    open(response).end(spoken(text).join('') + event({}, 'stop').trimEnd());
  };

/** Ends its answer but never the response. */
export const sayAndStayOpen =
  (text: string): Play =>
  (response) => {
    open(response).write(spoken(text).join('') + END);
  };

/** Bad answers instead of a stream. */

export const refuse =
  (status: number, headers: Record<string, string> = {}): Play =>
  (response) =>
    sendJson(response, status, { error: { message: 'sk-secret is a bad key', type: 'fake_error' } }, headers);

export const html: Play = (response) => {
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end('<html><body>Welcome to the gateway</body></html>');
};

/** Takes the request and says nothing at all. */
export const silence: Play = () => {};

export const resetAtOnce: Play = (response) => {
  response.socket?.resetAndDestroy();
};

/** Shows so many signs of life, `everyMs` apart, before it says anything. */
export const thinkThenSay =
  (sign: string, times: number, everyMs: number, text: string): Play =>
  async (response) => {
    open(response);
    for (let signs = 0; signs < times; signs++) {
      response.write(sign);
      await sleep(everyMs);
    }
    response.end(spoken(text).join('') + END);
  };

/** Streams that go wrong after a text, which may be empty. */

export const stallAfter =
  (text: string): Play =>
  (response) => {
    open(response).write(spoken(text).join(''));
  };

/** Sends comments for ever, as gateways do to keep a connection open. */
export const onlyComments: Play = async (response) => {
  open(response);
  while (!response.destroyed) {
    response.write(': still here\n\n');
    await sleep(10);
  }
};

export const cutMidLine =
  (text: string): Play =>
  (response) => {
    open(response).write(`${spoken(text).join('')}data: {"choices":[{"del`, () => response.destroy());
  };

/** Ends the response properly, in the middle of a line. */
export const endMidLine =
  (text: string): Play =>
  (response) => {
    open(response).end(`${spoken(text).join('')}data: {"choices":[{"del`);
  };

export const resetAfter =
  (text: string): Play =>
  async (response) => {
    open(response).write(spoken(text).join(''));
    await sleep(20);
    response.socket?.resetAndDestroy();
  };

export const endWithoutMark =
  (text: string): Play =>
  (response) => {
    open(response).end(spoken(text).join(''));
  };

export const invalidJsonAfter =
  (text: string): Play =>
  (response) => {
    open(response).end(`${spoken(text).join('')}data: {not json}\n\n${END}`);
  };

export const errorAfter =
  (text: string, error: object = { message: 'sk-secret leaked', type: 'server_error', code: 500 }): Play =>
  (response) => {
    open(response).end(`${spoken(text).join('')}data: ${JSON.stringify({ error })}\n\n`);
  };

/** One token of so many bytes. */
export const hugeToken =
  (bytes: number): Play =>
  (response) => {
    open(response).end(event({ content: 'x'.repeat(bytes) }) + END);
  };

/** Talks until it is cut. */
export const endless: Play = async (response) => {
  open(response);
  const events = event({ content: 'and so on '.repeat(100) }).repeat(50);
  while (!response.destroyed) {
    response.write(events);
    await nextTurn();
  }
};
