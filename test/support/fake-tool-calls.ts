import type { ServerResponse } from 'node:http';
import { event, sendJson, tokens, type Play } from './fake-openai.js';

/** A call as a test wants it; an `input` that is a text is sent as it is. */
export interface FakeCall {
  name: string;
  input: object | string;
  id?: string;
  /** A server's own data of the call, which it expects back. */
  extra?: object;
}

/** How a server cuts and marks the pieces of calls. */
export type Quirk = 'plain' | 'split-name' | 'repeated-id' | 'one-index' | 'no-index' | 'whole-object';

const QUIRKS: Record<Quirk, (calls: readonly FakeCall[]) => object[]> = {
  plain: (calls) =>
    calls.flatMap(({ name, input, id, extra }, index) => [
      {
        index,
        id: id ?? `call_${index}`,
        type: 'function',
        function: { name, arguments: '' },
        ...(extra && { extra_content: extra }),
      },
      ...slices(input, 7).map((slice) => ({ index, function: { arguments: slice } })),
    ]),
  'split-name': (calls) =>
    calls.flatMap(({ name, input }, index) => [
      { index, id: `call_${index}`, type: 'function', function: { name: name.slice(0, 4) } },
      { index, function: { name: name.slice(4) } },
      // In the middle of the JSON, one character at a time.
      ...slices(input, 1).map((slice) => ({ index, function: { arguments: slice } })),
    ]),
  'repeated-id': (calls) =>
    calls.flatMap(({ name, input }, index) =>
      slices(input, 5).map((slice) => ({ index, id: 'call_same', function: { name, arguments: slice } })),
    ),
  'one-index': (calls) =>
    calls.map(({ name, input }, i) => ({
      index: 0,
      id: `call_${i}`,
      function: { name, arguments: textOf(input) },
    })),
  'no-index': (calls) => calls.map(({ name, input }) => ({ function: { name, arguments: textOf(input) } })),
  'whole-object': (calls) =>
    calls.map(({ name, input }, index) => ({
      index,
      id: `call_${index}`,
      function: { name, arguments: input },
    })),
};

const textOf = (input: object | string) => (typeof input === 'string' ? input : JSON.stringify(input));
const slices = (input: object | string, size: number) =>
  textOf(input).match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [''];

/** Streams calls of tools, after some words and some thinking if there are any. */
export const callTools =
  (calls: readonly FakeCall[], { text = '', thought = '', quirk = 'plain' as Quirk } = {}): Play =>
  (response) => {
    const words = text ? tokens(text).map((content) => event({ content })) : [];
    const pieces = QUIRKS[quirk](calls).map((call) => event({ tool_calls: [call] }));
    open(response);
    response.end(
      event({ role: 'assistant', content: null }) +
        (thought &&
          tokens(thought)
            .map((content) => event({ reasoning_content: content }))
            .join('')) +
        words.join('') +
        pieces.join('') +
        event({}, 'tool_calls') +
        'data: [DONE]\n\n',
    );
  };

/** A server that has no tools. */
export const refuseTools: Play = (response) =>
  sendJson(response, 400, {
    error: { message: 'this model does not support tools', type: 'invalid_request_error' },
  });

function open(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}
