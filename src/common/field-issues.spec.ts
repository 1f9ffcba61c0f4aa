import { z } from 'zod';
import { InvalidInput } from './errors.js';
import { clampedInteger, otherTypeThan, queryInteger, uuid } from './schemas.js';
import { boundedText } from './text.js';
import { parseInput } from './http/validation.pipe.js';

function issuesOf(schema: z.ZodType, value: unknown, name?: string) {
  try {
    parseInput(schema, value, 'body', name);
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues;
    throw error;
  }
  return [];
}

const message = z.object({ message: boundedText(1, 5) });

describe('issues of invalid input', () => {
  it.each([
    [
      'a missing field',
      message,
      {},
      { type: 'missing', loc: ['body', 'message'], msg: 'Field required', input: {} },
    ],
    [
      'text that is too short',
      message,
      { message: '' },
      {
        type: 'string_too_short',
        loc: ['body', 'message'],
        msg: 'String should have at least 1 character',
        input: '',
        ctx: { min_length: 1 },
      },
    ],
    [
      'text that is too long',
      message,
      { message: 'abcdef' },
      {
        type: 'string_too_long',
        loc: ['body', 'message'],
        msg: 'String should have at most 5 characters',
        input: 'abcdef',
        ctx: { max_length: 5 },
      },
    ],
    [
      'text for a number with a fraction',
      z.object({ temperature: z.number().min(0) }),
      { temperature: '1' },
      {
        type: 'float_type',
        loc: ['body', 'temperature'],
        msg: 'Input should be a valid number',
        input: '1',
      },
    ],
    [
      'text for an integer',
      z.object({ count: z.int().min(1) }),
      { count: '1' },
      { type: 'int_type', loc: ['body', 'count'], msg: 'Input should be a valid integer', input: '1' },
    ],
    [
      'a number for text',
      message,
      { message: 5 },
      { type: 'string_type', loc: ['body', 'message'], msg: 'Input should be a valid string', input: 5 },
    ],
    [
      'no object at all',
      message,
      'text',
      {
        type: 'model_attributes_type',
        loc: ['body'],
        msg: 'Input should be a valid dictionary or object to extract fields from',
        input: 'text',
      },
    ],
    [
      'a list that is too long where a text would do as well',
      z.object({ stop: z.union([z.string(), z.array(z.string()).max(1)]) }),
      { stop: ['a', 'b'] },
      {
        type: 'too_long',
        loc: ['body', 'stop'],
        msg: 'List should have at most 1 item after validation',
        input: ['a', 'b'],
        ctx: { max_length: 1 },
      },
    ],
    [
      'nothing where a text or a list belongs',
      z.object({ input: z.union([z.string(), z.array(z.string())]) }),
      {},
      { type: 'missing', loc: ['body', 'input'], msg: 'Field required', input: {} },
    ],
    ['no body', message, undefined, { type: 'missing', loc: ['body'], msg: 'Field required', input: null }],
    [
      'a value that is not in the list',
      z.object({ role: z.enum(['user', 'assistant']) }),
      { role: 'system' },
      {
        type: 'literal_error',
        loc: ['body', 'role'],
        msg: "Input should be 'user' or 'assistant'",
        input: 'system',
        ctx: { expected: "'user' or 'assistant'" },
      },
    ],
    [
      'a number above its range',
      z.object({ limit: queryInteger({ min: 1, max: 100, fallback: 20 }) }),
      { limit: '101' },
      {
        type: 'less_than_equal',
        loc: ['body', 'limit'],
        msg: 'Input should be less than or equal to 100',
        input: '101',
        ctx: { le: 100 },
      },
    ],
    [
      'text for a number',
      z.object({ limit: queryInteger({ min: 1, max: 100, fallback: 20 }) }),
      { limit: 'many' },
      {
        type: 'int_parsing',
        loc: ['body', 'limit'],
        msg: 'Input should be a valid integer, unable to parse string as an integer',
        input: 'many',
      },
    ],
    [
      'a fraction for a whole number',
      z.object({ top_k: z.int() }),
      { top_k: 1.5 },
      {
        type: 'int_from_float',
        loc: ['body', 'top_k'],
        msg: 'Input should be a valid integer, got a number with a fractional part',
        input: 1.5,
      },
    ],
    [
      'an id that is no UUID',
      z.object({ session_id: uuid() }),
      { session_id: 'x' },
      {
        type: 'uuid_parsing',
        loc: ['body', 'session_id'],
        msg: 'Input should be a valid UUID, invalid group count, length or character',
        input: 'x',
        ctx: { error: 'invalid group count, length or character' },
      },
    ],
  ])('%s', (_name, schema, value, expected) => {
    expect(issuesOf(schema, value)).toEqual([expected]);
  });

  it('counts code points, not UTF-16 units', () => {
    expect(issuesOf(message, { message: '🙂🙂🙂🙂🙂' })).toEqual([]);
    expect(issuesOf(message, { message: '🙂🙂🙂🙂🙂🙂' })).toMatchObject([{ type: 'string_too_long' }]);
  });

  it.each(['a\0b', 'a\ud800b'])('refuses what PostgreSQL cannot store: %j', (text) => {
    expect(issuesOf(message, { message: text })).toMatchObject([
      { type: 'value_error', loc: ['body', 'message'] },
    ]);
  });

  it('never repeats a secret', () => {
    const schema = z.object({ password: z.string().min(8), email: z.email() });
    expect(JSON.stringify(issuesOf(schema, { password: 'hunter2' }))).not.toContain('hunter2');
    expect(issuesOf(schema, { password: 'hunter2', email: 'a@b.de' })).toMatchObject([{ input: '***' }]);
  });

  it('does not repeat a huge input', () => {
    const [issue] = issuesOf(message, { message: 'x'.repeat(100_000) });
    expect(JSON.stringify(issue).length).toBeLessThan(1_000);
  });

  it('moves a clamped number to the nearest end', () => {
    const limit = clampedInteger({ min: 1, max: 200, fallback: 50 });
    expect([undefined, '0', '-7', '500', '7'].map((raw) => limit.parse(raw))).toEqual([50, 1, 1, 200, 7]);
  });

  it.each([
    [{ type: 'text' }, ['text'], 'missing'],
    [{ type: 'text', text: 1 }, ['text'], 'string_type'],
    [{ type: 'decision', approve: 'yes' }, ['approve'], 'bool_type'],
  ])('names the field that is wrong in a part of a known type: %j', (part, loc, type) => {
    const parts = z.union([
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({ type: z.literal('decision'), approve: z.boolean() }),
      otherTypeThan('text', 'decision'),
    ]);
    const issues = issuesOf(z.object({ parts: z.array(parts) }), { parts: [part] });
    expect(issues).toMatchObject([{ type, loc: ['body', 'parts', 0, ...loc] }]);
  });

  it('names each unknown key', () => {
    const schema = z.object({ inner: z.strictObject({ a: z.string() }) });
    expect(issuesOf(schema, { inner: { a: '', b: 1, c: 2 } })).toMatchObject([
      { type: 'extra_forbidden', loc: ['body', 'inner', 'b'], input: 1 },
      { type: 'extra_forbidden', loc: ['body', 'inner', 'c'], input: 2 },
    ]);
  });

  it.each([
    ['a family', `${'x'.repeat(195)}👨‍👩‍👧‍👦 and more`, `${'x'.repeat(195)}…`],
    ['a letter and its accent', `${'x'.repeat(199)}e\u0301 and more`, `${'x'.repeat(199)}…`],
    ['one character that is longer than the echo', `a${'\u0301'.repeat(300)}`, `a${'\u0301'.repeat(199)}…`],
    ['emoji in one such character', '👩\u200d'.repeat(100), `${'👩\u200d'.repeat(66)}👩…`],
  ])('never cuts %s', (_what, text, echoed) => {
    const [issue] = issuesOf(message, { message: text });
    expect(issue?.input).toBe(echoed);
  });
});
