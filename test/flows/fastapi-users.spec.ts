import { Mail, type MailMessage } from '../../src/adapters/mail/mail.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';

const ADMIN = { email: 'root@example.com', password: 'correct horse battery' };

describe('the routes of FastAPI Users', () => {
  let parley: TestApp;
  let url: string;
  let admin: string;
  const mails: MailMessage[] = [];

  beforeAll(async () => {
    parley = await createTestApp({ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password });
    url = parley.url;
    parley.app.get(Mail, { strict: false }).send = async (mail) => void mails.push(mail);
    admin = await tokenOf(ADMIN);
  });
  afterAll(() => parley.close());

  const post = (path: string, body: unknown) => callJson(url, path, { body });
  const patch = (path: string, body: unknown, token: string) =>
    callJson(url, path, { method: 'PATCH', body, token });
  const me = (token: string) => callJson(url, '/users/me', { token });
  const status = async (path: string, token: string, method = 'GET') =>
    (await call(url, path, { token, method })).status;
  const bodyOf = ({ id, email }: Account) => ({
    id,
    email,
    is_active: true,
    is_superuser: false,
    is_verified: false,
  });

  async function tokenOf({
    email: username,
    password,
  }: {
    email: string;
    password: string;
  }): Promise<string> {
    const { body } = await post('/auth/jwt/login', { username, password });
    return String(body.access_token);
  }

  /** The token in the newest mail to an account. */
  async function tokenMailedTo({ email }: Account): Promise<string> {
    let token: string | undefined;
    await eventually(async () => {
      token = mails.findLast(({ to }) => to === email)?.text.match(/^ey\S+$/m)?.[0];
      if (!token) throw new Error(`no mail to ${email}`);
    });
    return token!;
  }

  describe('/auth/jwt', () => {
    let ada: Account;
    beforeAll(async () => {
      ada = await register(url);
    });

    const forms: [string, (fields: Record<string, string>) => RequestInit][] = [
      ['a form', (fields) => ({ body: new URLSearchParams(fields) })],
      [
        'a multipart form',
        (fields) => {
          const body = new FormData();
          for (const [name, value] of Object.entries(fields)) body.set(name, value);
          return { body };
        },
      ],
      [
        'JSON',
        (fields) => ({ body: JSON.stringify(fields), headers: { 'Content-Type': 'application/json' } }),
      ],
    ];

    it.each(forms)('logs in by %s', async (_kind, encode) => {
      const send = async (fields: Record<string, string>) => {
        const response = await fetch(`${url}/auth/jwt/login`, { method: 'POST', ...encode(fields) });
        return { status: response.status, body: (await response.json()) as Record<string, string> };
      };
      const good = await send({ grant_type: 'password', username: ada.email, password: ada.password });
      expect(good).toEqual({ status: 200, body: { access_token: expect.any(String), token_type: 'bearer' } });
      const { iat, exp } = JSON.parse(atob(good.body.access_token!.split('.')[1]!)) as {
        iat: number;
        exp: number;
      };
      expect(exp - iat).toBe(60 * 60);
      expect((await send({ email: ada.email, password: ada.password })).status).toBe(200);
      const bad = await send({ username: ada.email, password: 'wrong' });
      expect(bad).toEqual({ status: 400, body: { detail: 'LOGIN_BAD_CREDENTIALS' } });
      const empty = await send({ scope: 'x' });
      expect([empty.status, empty.body.detail]).toMatchObject([
        422,
        [
          { type: 'missing', loc: ['body', 'username'] },
          { type: 'missing', loc: ['body', 'password'] },
        ],
      ]);
    });

    it('takes no file, no endless field and no broken form', async () => {
      const withFile = new FormData();
      withFile.set('username', new Blob(['x'.repeat(100)]), 'a.txt');
      const endless = new FormData();
      endless.set('username', 'x'.repeat(100_000));
      const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
      for (const init of [{ body: withFile }, { body: endless }, { body: '--b\r\nnonsense', headers }]) {
        const response = await fetch(`${url}/auth/jwt/login`, { method: 'POST', ...init });
        expect([400, 413, 422]).toContain(response.status);
      }
    });

    it('logs out an authenticated user', async () => {
      expect(await status('/auth/jwt/logout', ada.accessToken, 'POST')).toBe(204);
      expect(await status('/auth/jwt/logout', 'abc', 'POST')).toBe(401);
    });
  });

  describe('/users/me', () => {
    it('shows the account', async () => {
      const ada = await register(url);
      expect(await me(ada.accessToken)).toEqual({ status: 200, body: bodyOf(ada) });
    });

    it('changes the address, not the flags, and keeps the token', async () => {
      const ada = await register(url);
      const email = `new-${ada.email}`;
      const flags = { is_superuser: true, is_verified: true, is_active: false };
      const changes = { email, current_password: ada.password, ...flags };
      const changed = await patch('/users/me', changes, ada.accessToken);
      expect(changed).toEqual({ status: 200, body: { ...bodyOf(ada), email } });
      expect(await callJson(url, '/authenticated-route', { token: ada.accessToken })).toMatchObject({
        body: { message: `Hello ${email}!` },
      });
      expect((await post('/auth/login', { email, password: ada.password })).status).toBe(200);
      expect((await post('/auth/login', ada)).status).toBe(401);
    });

    it('changes the password, which ends the log-ins', async () => {
      const ada = await register(url);
      const password = 'another password';
      expect(
        (await patch('/users/me', { password, current_password: ada.password }, ada.accessToken)).status,
      ).toBe(200);
      expect((await post('/auth/login', ada)).status).toBe(401);
      expect((await post('/auth/login', { email: ada.email, password })).status).toBe(200);
      expect((await post('/auth/refresh', { refresh_token: ada.refreshToken })).status).toBe(401);
    });

    it('refuses the address of another account, and changes nothing', async () => {
      const [ada, bob] = [await register(url), await register(url)];
      const changes = {
        email: bob.email.toUpperCase(),
        password: 'another password',
        current_password: ada.password,
      };
      expect(await patch('/users/me', changes, ada.accessToken)).toEqual({
        status: 400,
        body: { detail: 'UPDATE_USER_EMAIL_ALREADY_EXISTS' },
      });
      expect((await post('/auth/login', ada)).status).toBe(200);
    });

    it('takes nothing to change, and refuses nonsense', async () => {
      const ada = await register(url);
      expect(await patch('/users/me', {}, ada.accessToken)).toEqual({ status: 200, body: bodyOf(ada) });
      expect((await patch('/users/me', { password: 'short' }, ada.accessToken)).status).toBe(422);
      expect((await patch('/users/me', [], ada.accessToken)).status).toBe(422);
    });
  });

  describe('/users/{id}', () => {
    it('is for superusers', async () => {
      const ada = await register(url);
      for (const method of ['GET', 'PATCH', 'DELETE'])
        expect(await callJson(url, `/users/${ada.id}`, { method, token: ada.accessToken })).toEqual({
          status: 403,
          body: { detail: 'Forbidden' },
        });
      expect(await callJson(url, `/users/${ada.id}`, { token: admin })).toEqual({
        status: 200,
        body: bodyOf(ada),
      });
    });

    it('answers 404 for an unknown account and for an invalid id', async () => {
      for (const id of ['7b3b9eca-9be9-4809-ae21-4ab3ed1ed703', 'nobody', '%00', '1;--'])
        for (const method of ['GET', 'DELETE'])
          expect(await callJson(url, `/users/${id}`, { method, token: admin })).toEqual({
            status: 404,
            body: { detail: 'Not Found' },
          });
    });

    it('a deactivated account is logged out immediately, and can log in again when it is active', async () => {
      const ada = await register(url);
      expect((await me(ada.accessToken)).status).toBe(200);
      await patch(`/users/${ada.id}`, { is_active: false }, admin);
      expect(await me(ada.accessToken)).toEqual({
        status: 401,
        body: { detail: 'Could not validate credentials' },
      });
      expect((await post('/auth/login', ada)).body).toEqual({ detail: 'Invalid credentials' });
      expect((await post('/auth/jwt/login', { ...ada })).body).toEqual({ detail: 'LOGIN_BAD_CREDENTIALS' });
      await patch(`/users/${ada.id}`, { is_active: true }, admin);
      expect((await post('/auth/refresh', { refresh_token: ada.refreshToken })).status).toBe(401);
      expect((await post('/auth/login', ada)).status).toBe(200);
    });

    it('a new superuser has its rights immediately', async () => {
      const ada = await register(url);
      expect(await status(`/users/${ada.id}`, ada.accessToken)).toBe(403);
      await patch(`/users/${ada.id}`, { is_superuser: true }, admin);
      expect(await status(`/users/${ada.id}`, ada.accessToken)).toBe(200);
    });

    it('a deleted account is refused immediately, and its address is free', async () => {
      const ada = await register(url);
      expect(await status('/user', ada.accessToken)).toBe(200);
      expect(await status(`/users/${ada.id}`, admin, 'DELETE')).toBe(204);
      expect(await status('/user', ada.accessToken)).toBe(401);
      expect((await post('/auth/refresh', { refresh_token: ada.refreshToken })).status).toBe(401);
      expect((await post('/auth/register', ada)).status).toBe(201);
    });
  });

  describe('forgotten passwords', () => {
    it('give the same response for known and unknown accounts', async () => {
      const ada = await register(url);
      const response = await call(url, '/auth/forgot-password', { body: { email: ada.email } });
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
        202,
        'application/json; charset=utf-8',
        'null',
      ]);
      expect(await post('/auth/forgot-password', { email: 'nobody@example.com' })).toEqual({
        status: 202,
        body: null,
      });
      expect(mails.some(({ to }) => to === 'nobody@example.com')).toBe(false);
    });

    it('are reset with a token that is good once, which ends the log-ins', async () => {
      const ada = await register(url);
      await post('/auth/forgot-password', { email: ada.email.toUpperCase() });
      const token = await tokenMailedTo(ada);
      const reset = (password: string) => post('/auth/reset-password', { token, password });
      expect((await reset('short')).status).toBe(422);
      const answers = await Promise.all([reset('a new password'), reset('a new password')]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
      expect(await reset('a new password')).toEqual({
        status: 400,
        body: { detail: 'RESET_PASSWORD_BAD_TOKEN' },
      });
      expect((await post('/auth/login', { email: ada.email, password: 'a new password' })).status).toBe(200);
      expect((await post('/auth/refresh', { refresh_token: ada.refreshToken })).status).toBe(401);
    });

    it('are not reset with another kind of token', async () => {
      const ada = await register(url);
      for (const token of [ada.accessToken, ada.refreshToken, 'abc', ''])
        expect((await post('/auth/reset-password', { token, password: 'p'.repeat(8) })).body).toEqual({
          detail: 'RESET_PASSWORD_BAD_TOKEN',
        });
    });
  });

  describe('verification', () => {
    it('proves an address once', async () => {
      const ada = await register(url);
      expect(await post('/auth/request-verify-token', { email: ada.email })).toEqual({
        status: 202,
        body: null,
      });
      const token = await tokenMailedTo(ada);
      expect(await post('/auth/verify', { token })).toEqual({
        status: 200,
        body: { ...bodyOf(ada), is_verified: true },
      });
      expect(await post('/auth/verify', { token })).toEqual({
        status: 400,
        body: { detail: 'VERIFY_USER_ALREADY_VERIFIED' },
      });
    });

    it('does not prove the address the account has moved to', async () => {
      const ada = await register(url);
      await post('/auth/request-verify-token', { email: ada.email });
      const token = await tokenMailedTo(ada);
      const change = { email: `new-${ada.email}`, current_password: ada.password };
      await patch('/users/me', change, ada.accessToken);
      expect(await post('/auth/verify', { token })).toEqual({
        status: 400,
        body: { detail: 'VERIFY_USER_BAD_TOKEN' },
      });
      expect((await post('/auth/verify', { token: ada.accessToken })).status).toBe(400);
    });
  });

  it('/user returns the caller', async () => {
    const ada = await register(url);
    expect((await callJson(url, '/user', { token: ada.accessToken })).body).toEqual({
      sub: ada.id,
      user_id: ada.id,
      email: ada.email,
      name: null,
      username: ada.email,
      groups: [],
      is_admin: false,
    });
    expect((await callJson(url, '/user', { token: admin })).body).toMatchObject({
      groups: ['admins'],
      is_admin: true,
    });
  });
});
