import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { UsersRepository } from '../../src/database/repositories/users.repository.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';

interface Pair {
  access_token: string;
  refresh_token: string;
  token_type: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const newEmail = () => `someone-${randomUUID()}@example.com`;

function claimsOf(token: string): Record<string, unknown> & { iat: number; exp: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as never;
}

describe('accounts', () => {
  let parley: TestApp;
  let url: string;
  let ada: Account;

  beforeAll(async () => {
    parley = await createTestApp();
    url = parley.url;
    ada = await register(url);
  });
  afterAll(() => parley.close());

  const post = <T = Record<string, unknown>>(path: string, body: unknown, token?: string) =>
    callJson<T>(url, path, { body, token });
  const refresh = (refresh_token: string) =>
    post<Pair & { detail: string }>('/auth/refresh', { refresh_token });
  const logIn = (account: Pick<Account, 'email' | 'password'>) => post<Pair>('/auth/login', account);
  const greet = (token: string) => callJson(url, '/authenticated-route', { token });

  async function sql(text: string, values: unknown[]): Promise<pg.QueryResult> {
    const client = new pg.Client({ connectionString: parley.databaseUrl });
    await client.connect();
    try {
      return await client.query(text, values);
    } finally {
      await client.end();
    }
  }

  it.each(['NFC', 'NFD'] as const)(
    'log in with a password chosen in %s, typed in either form',
    async (form) => {
      const email = newEmail();
      const typed = (text: string) => ['NFC', 'NFD'].map((other) => text.normalize(other));
      const submit = (password: string) =>
        fetch(`${url}/auth/jwt/login`, {
          method: 'POST',
          body: new URLSearchParams({ username: email, password }),
        });
      const registered = await post<Pair>('/auth/register', {
        email,
        password: 'Café-Zürich-1'.normalize(form),
      });
      for (const password of typed('Café-Zürich-1')) {
        expect((await logIn({ email, password })).status).toBe(200);
        expect((await submit(password)).status).toBe(200);
      }
      const change = { password: 'Señor-Größe'.normalize(form), current_password: 'Café-Zürich-1' };
      const token = registered.body.access_token;
      expect((await callJson(url, '/users/me', { method: 'PATCH', token, body: change })).status).toBe(200);
      for (const password of typed('Señor-Größe'))
        expect((await logIn({ email, password })).status).toBe(200);
      expect((await logIn({ email, password: 'Senor-Große' })).status).toBe(401);
    },
  );

  it.each(['password', 'Password1', '12345678', ' '.repeat(8), '\u2003'.repeat(8)])(
    'are not protected by %j, which is guessed first',
    async (password) => {
      const { status, body } = await post('/auth/register', { email: newEmail(), password });
      expect(status).toBe(422);
      expect(body).toMatchObject({ detail: [{ type: 'value_error', loc: ['body', 'password'] }] });
    },
  );

  it('answer a password reset before the account is looked up', async () => {
    const users = parley.app.get(UsersRepository, { strict: false });
    // Whoever waited for it would wait for ever.
    const lookUp = jest.spyOn(users, 'findByEmail').mockReturnValue(new Promise(() => undefined));
    for (const email of [ada.email, newEmail()])
      for (const path of ['/auth/forgot-password', '/auth/request-verify-token'])
        expect((await post(path, { email })).status).toBe(202);
    await eventually(async () => expect(lookUp).toHaveBeenCalled());
    lookUp.mockRestore();
  });

  it('count the characters of a password as they are seen', async () => {
    const password = 'Zürich7'.normalize('NFD') + '\u200b\u200b';
    const { status, body } = await post('/auth/register', { email: newEmail(), password });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      detail: [{ type: 'string_too_short', loc: ['body', 'password'], ctx: { min_length: 8 } }],
    });
  });

  describe('registering', () => {
    it('answers for both surfaces, and the token works', async () => {
      const email = newEmail();
      const { status, body } = await post<Pair>('/auth/register', {
        email,
        password: 'p'.repeat(8),
        is_superuser: true,
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.stringMatching(UUID),
        email,
        is_active: true,
        is_superuser: false,
        is_verified: false,
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        token_type: 'bearer',
      });
      const { iat, exp, ...claims } = claimsOf(body.access_token);
      expect(claims).toEqual({
        sub: expect.stringMatching(UUID),
        aud: ['fastapi-users:auth'],
        type: 'access',
        email,
        name: null,
        groups: [],
      });
      expect(exp - iat).toBe(30 * 60);
      expect(await greet(body.access_token)).toEqual({ status: 200, body: { message: `Hello ${email}!` } });
    });

    it('refuses an address that is taken, however it is written', async () => {
      const { status, body } = await post('/auth/register', {
        email: ada.email.toUpperCase(),
        password: 'p'.repeat(8),
      });
      expect([status, body]).toEqual([400, { detail: 'REGISTER_USER_ALREADY_EXISTS' }]);
    });

    it('accepts one of many concurrent requests', async () => {
      const body = { email: newEmail(), password: 'p'.repeat(8) };
      const answers = await Promise.all(Array.from({ length: 5 }, () => post('/auth/register', body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400]);
    });

    it('stores no password', async () => {
      const { rows } = await sql('SELECT * FROM users WHERE id = $1', [ada.id]);
      expect(rows).toHaveLength(1);
      expect(JSON.stringify(rows)).not.toContain(ada.password);
    });
  });

  describe('logging in', () => {
    it('takes the address in any case', async () => {
      const { status, body } = await logIn({ ...ada, email: ada.email.toUpperCase() });
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(['access_token', 'refresh_token', 'token_type']);
    });

    it('answers a wrong password and an unknown address alike', async () => {
      const wrong = await logIn({ ...ada, password: 'wrong' });
      expect(wrong).toEqual({ status: 401, body: { detail: 'Invalid credentials' } });
      expect(await logIn({ ...ada, email: newEmail() })).toEqual(wrong);
    });
  });

  describe('the guard', () => {
    it.each([
      ['no token', undefined, 'Not authenticated'],
      ['another scheme', 'Basic abc', 'Not authenticated'],
      ['a token that is none', 'Bearer abc', 'Could not validate credentials'],
    ])('refuses %s', async (_kind, Authorization, detail) => {
      const response = await call(url, '/user', { headers: Authorization ? { Authorization } : {} });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toEqual({ detail });
    });

    it('takes the scheme in any case', async () => {
      const response = await call(url, '/user', { headers: { Authorization: `bEARER ${ada.accessToken}` } });
      expect(response.status).toBe(200);
    });

    it('refuses a refresh token', async () => {
      expect((await greet(ada.refreshToken)).status).toBe(401);
    });

    it('authenticates before it reads the body', async () => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${url}/users/me`, { method: 'PATCH', headers, body: '{"email":' });
      expect(response.status).toBe(401);
    });
  });

  describe('refreshing', () => {
    it('spends a token for a new pair', async () => {
      const { refreshToken } = await register(url);
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      expect(body.refresh_token).not.toBe(refreshToken);
      expect(claimsOf(body.refresh_token)).toEqual({
        sub: expect.stringMatching(UUID),
        type: 'refresh',
        jti: expect.stringMatching(UUID),
        iat: expect.any(Number),
        exp: claimsOf(body.refresh_token).iat + 7 * 24 * 3600,
      });
      expect((await greet(body.access_token)).status).toBe(200);
    });

    it('answers a retry, and two concurrent requests, with the same successor', async () => {
      const { refreshToken } = await register(url);
      const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
      answers.push(await refresh(refreshToken));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      expect((await refresh(answers[0]!.body.refresh_token)).status).toBe(200);
    });

    const revoked = { status: 401, body: { detail: 'Refresh token has been revoked' } };

    it('revokes the family when a token is used again after its successor', async () => {
      const { refreshToken } = await register(url);
      const second = (await refresh(refreshToken)).body.refresh_token;
      const third = (await refresh(second)).body.refresh_token;
      expect(await refresh(refreshToken)).toEqual(revoked);
      expect(await refresh(third)).toEqual(revoked);
    });

    it('revokes the family when a token is used again after ten seconds, and that family alone', async () => {
      const account = await register(url);
      const other = (await logIn(account)).body.refresh_token;
      const { body } = await refresh(account.refreshToken);
      await sql(`UPDATE refresh_tokens SET spent_at = spent_at - interval '11 seconds' WHERE user_id = $1`, [
        account.id,
      ]);
      expect(await refresh(account.refreshToken)).toEqual(revoked);
      expect(await refresh(body.refresh_token)).toEqual(revoked);
      expect((await refresh(other)).status).toBe(200);
    });

    it('refuses an invalid refresh token', async () => {
      expect(await refresh(ada.accessToken)).toEqual({
        status: 401,
        body: { detail: 'Expected a refresh token' },
      });
      expect(await refresh('abc')).toEqual({
        status: 401,
        body: { detail: 'Could not validate credentials' },
      });
    });

    it('ends with a log-out, which may be said twice', async () => {
      const { refreshToken: refresh_token } = await register(url);
      for (const body of [{ refresh_token }, { refresh_token }, { refresh_token: 'abc' }])
        expect((await call(url, '/auth/logout', { body })).status).toBe(204);
      expect(await refresh(refresh_token)).toEqual(revoked);
    });

    it('deletes expired tokens at the next log-in', async () => {
      const account = await register(url);
      await sql('UPDATE refresh_tokens SET expires_at = now() WHERE user_id = $1', [account.id]);
      expect(await refresh(account.refreshToken)).toEqual(revoked);
      await logIn(account);
      const { rows } = await sql('SELECT id FROM refresh_tokens WHERE user_id = $1', [account.id]);
      expect(rows).toHaveLength(1);
    });
  });

  it('survive a flood of log-ins with a clear answer to each', async () => {
    const flood = Array.from({ length: 300 }, () => logIn({ ...ada, password: 'wrong' }));
    const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
    expect(statuses).toEqual(new Set([401, 503]));
    expect((await logIn(ada)).status).toBe(200);
  }, 30_000);
});

it('failed log-ins are limited by address, however many are concurrent', async () => {
  const { url, close } = await createTestApp({ RATE_LIMITS: 'on' });
  const ada = await register(url);
  const attempt = (body: object) => call(url, '/auth/login', { body });
  const wrong = { email: ada.email, password: 'wrong' };
  const burst = await Promise.all(Array.from({ length: 30 }, () => attempt(wrong)));
  const limited = await attempt({ email: ada.email.toUpperCase(), password: ada.password });
  const other = await attempt({ ...wrong, email: newEmail() });
  await close();
  const statuses = burst.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(15);
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(other.status).toBe(401);
}, 30_000);
