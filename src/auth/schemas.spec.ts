import type { z } from 'zod';
import { InvalidInput } from '../common/errors.js';
import { parseInput } from '../common/http/validation.pipe.js';
import { jwtLogInSchema, logInSchema, registerSchema, resetSchema, updateSchema } from './schemas.js';

const issuesOf = (schema: z.ZodType, body: unknown) => {
  try {
    parseInput(schema, body, 'body');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.issues.map(({ type, loc }) => `${type} ${loc.join('.')}`);
  }
};

describe('registration', () => {
  const body = { email: 'Ada@Example.com', password: 'p'.repeat(8) };

  it('normalises the address and drops unknown fields', () => {
    expect(parseInput(registerSchema, { ...body, is_superuser: true, id: 'x' }, 'body')).toEqual({
      email: 'Ada@example.com',
      password: 'pppppppp',
    });
  });

  it.each([
    [{ ...body, password: 'p'.repeat(1024) }, []],
    [{ ...body, password: 'p'.repeat(7) }, ['string_too_short body.password']],
    [{ ...body, password: 'e\u0301e\u0301ccccc' }, ['string_too_short body.password']],
    [{ ...body, password: '\u200b\u200bcafe\u200d123' }, ['string_too_short body.password']],
    [{ ...body, password: '👨‍👩‍👧‍👦 🇩🇪🇫🇷' }, ['string_too_short body.password']],
    [{ ...body, password: 'Café 123' }, []],
    [{ ...body, password: 'p'.repeat(1025) }, ['string_too_long body.password']],
    [{ ...body, password: 'pppp\0pppp' }, ['value_error body.password']],
    [{ ...body, password: 'pppp\ud800pppp' }, ['value_error body.password']],
    [{ ...body, password: 12345678 }, ['string_type body.password']],
    [{ ...body, email: 'ada' }, ['value_error body.email']],
    [{ ...body, email: null }, ['string_type body.email']],
    [{}, ['missing body.email', 'missing body.password']],
    [[], ['model_attributes_type body']],
    ['text', ['model_attributes_type body']],
    [undefined, ['missing body']],
  ])('%#', (input, issues) => {
    expect(issuesOf(registerSchema, input)).toEqual(issues);
  });

  it('never shows a password', () => {
    const secret = 'short';
    let shown = '';
    try {
      parseInput(registerSchema, { email: 'ada', password: secret }, 'body');
    } catch (error) {
      shown = JSON.stringify((error as InvalidInput).issues);
    }
    expect(shown).toContain('string_too_short');
    expect(shown).not.toContain(`"${secret}"`);
  });
});

describe('logging in', () => {
  it('takes a short password for a wrong one, not for an invalid one', () => {
    expect(issuesOf(logInSchema, { email: 'ada@example.com', password: '' })).toEqual([]);
  });
});

describe('the password grant', () => {
  it.each([
    [{ username: 'ada@example.com', password: 'secret' }, 'ada@example.com'],
    [{ email: 'ada@example.com', password: 'secret' }, 'ada@example.com'],
    [{ username: 'a', email: 'b', password: 'secret' }, 'a'],
    [
      { username: 'no address', password: 'secret', grant_type: 'password', scope: 'x', client_id: 'y' },
      'no address',
    ],
    [{ username: 'a', password: 'secret', grant_type: '', client_secret: null }, 'a'],
    // The form of a parsed multipart body.
    [Object.assign(Object.create(null) as object, { username: 'a', password: 'secret' }), 'a'],
  ])('%# names the account', (body, username) => {
    expect(parseInput(jwtLogInSchema, body, 'body')).toMatchObject({ username, password: 'secret' });
  });

  it.each([
    [undefined, ['missing body.username', 'missing body.password']],
    [{ username: '', password: '' }, ['missing body.username', 'missing body.password']],
    [{ username: ['a', 'b'], password: 'x' }, ['string_type body.username']],
    [{ username: 'a', password: 'x', grant_type: 'code' }, ['string_pattern_mismatch body.grant_type']],
    [{ username: 'a\0', password: 'x' }, ['value_error body.username']],
  ])('%# is refused', (body, issues) => {
    expect(issuesOf(jwtLogInSchema, body)).toEqual(issues);
  });
});

describe('other bodies', () => {
  it('a change may leave everything out', () => {
    expect(issuesOf(updateSchema, {})).toEqual([]);
    expect(issuesOf(updateSchema, { email: null, password: null, is_active: null })).toEqual([]);
  });

  it('a change is held to the rules of a registration', () => {
    expect(issuesOf(updateSchema, { email: 'x', password: 'short', is_active: 'yes' })).toEqual([
      'value_error body.email',
      'string_too_short body.password',
      'bool_type body.is_active',
    ]);
  });

  it('a reset is held to them too', () => {
    expect(issuesOf(resetSchema, { token: 'x'.repeat(5000), password: 'short' })).toEqual([
      'string_too_long body.token',
      'string_too_short body.password',
    ]);
  });
});
