import { InvalidInput } from '../../common/errors.js';
import type { JsonObject } from '../../common/json.js';
import { refuseUnfitInput } from './edited-input.js';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    to: { type: 'string', format: 'email', minLength: 2 },
    lines: { type: 'array', items: { $ref: '#/$defs/line' } },
    format: { type: 'string', enum: ['plain', 'html'] },
  },
  required: ['to'],
  $defs: { line: { type: 'object', properties: { count: { type: 'integer', minimum: 1 } } } },
};

/** The places that are named. */
function placesOf(schema: JsonObject, input: unknown): string[] {
  try {
    refuseUnfitInput(schema, input);
  } catch (error) {
    if (error instanceof InvalidInput) return error.issues.map(({ loc }) => loc.join('.'));
    throw error;
  }
  return [];
}

describe('an edited input', () => {
  it.each([
    [{ to: 'me' }, []],
    [{ to: 'me', more: 1, lines: [{ count: 2 }], format: 'html' }, []],
    [{}, ['body.input.to']],
    [{ to: 1, format: 'pdf' }, ['body.input.to', 'body.input.format']],
    [{ to: 'me', lines: [{ count: 1 }, { count: 0 }] }, ['body.input.lines.1.count']],
    [[], ['body.input']],
  ])('%j', (input, places) => {
    expect(placesOf(SCHEMA, input)).toEqual(places);
  });

  it('is left to the tool where its schema cannot be read', () => {
    const broken = { type: 'object', properties: { a: { $ref: '#/$defs/none' } } };
    expect(placesOf(broken, { a: 1 })).toEqual([]);
  });
});
