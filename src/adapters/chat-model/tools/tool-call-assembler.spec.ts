import * as fc from 'fast-check';
import { CompletionParser } from '../completion-parser.js';
import { chunk, DONE, event, stop } from '../support/read-completion.js';

type Piece = Record<string, unknown>;

const piece = (call: Piece) => chunk({ delta: { tool_calls: [call] } });
const calledBy = (...events: string[]) => {
  const parser = new CompletionParser(false, true);
  parser.push(Buffer.from(events.join('') + stop('tool_calls') + DONE));
  parser.end();
  expect(parser.failure).toBeNull();
  return parser.toolCalls;
};

describe('tool calls of an answer', () => {
  it('are put together from their pieces, wherever the JSON is cut', () => {
    const json = JSON.stringify({ expression: '12 * (3 + 4)', note: 'ü "quoted" \\ 🎬' });
    fc.assert(
      fc.property(fc.array(fc.nat(json.length)), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), json.length];
        const slices = edges.slice(1).map((edge, i) => json.slice(edges[i], edge));
        const pieces = slices.map((slice) => piece({ index: 0, function: { arguments: slice } }));
        const first = piece({
          index: 0,
          id: 'call_1',
          type: 'function',
          function: { name: 'calculator', arguments: '' },
        });
        expect(calledBy(first, ...pieces)).toEqual([
          { id: 'call_1', name: 'calculator', input: JSON.parse(json) },
        ]);
      }),
    );
  });

  it.each<[string, Piece[], unknown[]]>([
    [
      'a name in slices',
      [
        { index: 0, id: 'a', function: { name: 'calcu' } },
        { index: 0, function: { name: 'lator', arguments: '{}' } },
      ],
      [{ id: 'a', name: 'calculator', input: {} }],
    ],
    [
      'name and id again with every piece',
      [
        { index: 0, id: 'a', function: { name: 'now', arguments: '{"zone":' } },
        { index: 0, id: 'a', function: { name: 'now', arguments: '"UTC"}' } },
      ],
      [{ id: 'a', name: 'now', input: { zone: 'UTC' } }],
    ],
    [
      'parallel calls, their pieces mixed',
      [
        { index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } },
        { index: 1, id: 'b', function: { name: 'two', arguments: '{"y"' } },
        { index: 0, function: { arguments: ':1}' } },
        { index: 1, function: { arguments: ':2}' } },
      ],
      [
        { id: 'a', name: 'one', input: { x: 1 } },
        { id: 'b', name: 'two', input: { y: 2 } },
      ],
    ],
    [
      'one index for all calls',
      [
        { index: 0, id: 'a', function: { name: 'one', arguments: '{}' } },
        { index: 0, id: 'b', function: { name: 'one', arguments: '{"x":1}' } },
      ],
      [
        { id: 'a', name: 'one', input: {} },
        { id: 'b', name: 'one', input: { x: 1 } },
      ],
    ],
    [
      'neither index nor id',
      [{ function: { name: 'one', arguments: '{}' } }, { function: { name: 'one', arguments: '{"x":1}' } }],
      [
        { id: 'call00000', name: 'one', input: {} },
        { id: 'call00001', name: 'one', input: { x: 1 } },
      ],
    ],
    [
      'an id that two calls have',
      [
        { index: 0, id: 'a', function: { name: 'one', arguments: '{}' } },
        { index: 1, id: 'a', function: { name: 'two', arguments: '{}' } },
      ],
      [
        { id: 'a', name: 'one', input: {} },
        { id: 'call00001', name: 'two', input: {} },
      ],
    ],
    [
      'arguments as an object',
      [{ index: 0, id: 'a', function: { name: 'one', arguments: { x: 1 } } }],
      [{ id: 'a', name: 'one', input: { x: 1 } }],
    ],
    [
      'arguments that are JSON in JSON',
      [{ index: 0, id: 'a', function: { name: 'one', arguments: JSON.stringify('{"x":1}') } }],
      [{ id: 'a', name: 'one', input: { x: 1 } }],
    ],
    [
      'arguments that end in the middle',
      [{ index: 0, id: 'a', function: { name: 'one', arguments: '{"x": [1,' } }],
      [{ id: 'a', name: 'one', input: null }],
    ],
    [
      'arguments that cannot be stored',
      [{ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":"a\\u0000b\\ud800"}' } }],
      [{ id: 'a', name: 'one', input: { x: 'ab\ufffd' } }],
    ],
    [
      'nulls',
      [
        { index: 0, id: null, function: null },
        { index: null, function: { name: null, arguments: null } },
      ],
      [],
    ],
  ])('are read with %s', (_, pieces, calls) => {
    expect(calledBy(event('Let me look. '), ...pieces.map(piece))).toEqual(calls);
  });

  it('are read from a whole completion', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'one', arguments: '{}' } });
    const message = { role: 'assistant', content: null, tool_calls: [call('a'), call('b')] };
    const parser = new CompletionParser(false, true);
    parser.push(
      Buffer.from(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'tool_calls' }] })),
    );
    parser.end();
    expect(parser.toolCalls.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(parser.failure).toBeNull();
  });

  it('are no answer where no tools were offered', () => {
    const parser = new CompletionParser();
    parser.push(Buffer.from(piece({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }) + DONE));
    parser.end();
    expect(parser.failure?.code).toBe('model-empty');
  });

  it('are bounded', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      piece({ index, id: `c${index}`, function: { name: 'one' } }),
    );
    expect(calledBy(...many).length).toBeLessThanOrEqual(64);
  });
});
