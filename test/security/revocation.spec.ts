import { Mail, type Letter } from '../../src/adapters/mail/mail.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';

/** Far below the ten seconds after which a replica that hears nothing looks again; a second on an idle machine. */
const IN_FORCE_MS = 4_000;

describe('what ends the authority of an access token, on two replicas', () => {
  let one: TestApp;
  let two: TestApp;
  let admin: string;
  const letters: Letter[] = [];

  beforeAll(async () => {
    const settings = { ...ADMIN_SETTINGS, JWT_SECRET: 'one secret for both of the replicas' };
    one = await createTestApp(settings);
    two = await createTestApp({
      ...settings,
      DATABASE_URL: one.databaseUrl,
      INGESTION_WORKER: 'external',
    });
    one.app.get(Mail, { strict: false }).send = async (letter) => void letters.push(letter);
    admin = await logInAsAdmin(one.url);
  });
  afterAll(async () => {
    await two?.close();
    await one?.close();
  });

  const statusOn = async ({ url }: TestApp, path: string, token: string) =>
    (await call(url, path, { token })).status;
  const changeMine = (me: Account, changes: object) =>
    callJson(one.url, '/users/me', { method: 'PATCH', token: me.accessToken, body: changes });
  const changeAny = (me: Account, changes: object) =>
    call(one.url, `/users/${me.id}`, { method: 'PATCH', token: admin, body: changes });

  async function tokenMailedTo({ email }: Account): Promise<string> {
    let token: string | undefined;
    await eventually(async () => {
      token = letters.findLast(({ to }) => to === email)?.text.match(/^ey\S+$/m)?.[0];
      expect(token).toBeDefined();
    });
    return token!;
  }

  const endings: [name: string, end: (me: Account) => Promise<unknown>][] = [
    [
      'a new password',
      (me) => changeMine(me, { password: 'another password', current_password: me.password }),
    ],
    [
      'a reset password',
      async (me) => {
        await call(one.url, '/auth/forgot-password', { body: { email: me.email } });
        const token = await tokenMailedTo(me);
        return call(one.url, '/auth/reset-password', { body: { token, password: 'a new password' } });
      },
    ],
    ['a log-out', (me) => call(one.url, '/auth/logout', { body: { refresh_token: me.refreshToken } })],
    [
      'a log-out of FastAPI Users',
      (me) => call(one.url, '/auth/jwt/logout', { method: 'POST', token: me.accessToken }),
    ],
    [
      'a log-out everywhere',
      (me) => call(one.url, '/auth/logout-all', { method: 'POST', token: me.accessToken }),
    ],
    ['deactivation', (me) => changeAny(me, { is_active: false })],
    ['deletion', (me) => call(one.url, `/users/${me.id}`, { method: 'DELETE', token: admin })],
  ];

  it.each(endings)('%s, here at once and elsewhere within a second', async (_name, end) => {
    const me = await register(one.url);
    for (const replica of [one, two]) expect(await statusOn(replica, '/user', me.accessToken)).toBe(200);
    await end(me);
    expect(await statusOn(one, '/user', me.accessToken)).toBe(401);
    await eventually(async () => expect(await statusOn(two, '/user', me.accessToken)).toBe(401), IN_FORCE_MS);
  });

  it('a lost rank counts on the other replica within a second', async () => {
    const me = await register(one.url);
    await changeAny(me, { is_superuser: true });
    await eventually(
      async () => expect(await statusOn(two, `/users/${me.id}`, me.accessToken)).toBe(200),
      IN_FORCE_MS,
    );
    await changeAny(me, { is_superuser: false });
    await eventually(
      async () => expect(await statusOn(two, `/users/${me.id}`, me.accessToken)).toBe(403),
      IN_FORCE_MS,
    );
  });

  it('a log-in after a log-out works at once, and so do the refresh tokens of other log-ins', async () => {
    const me = await register(one.url);
    const logIn = () =>
      callJson<{ access_token: string; refresh_token: string }>(one.url, '/auth/login', { body: me });
    const other = (await logIn()).body;
    await call(one.url, '/auth/logout', { body: { refresh_token: me.refreshToken } });
    expect(await statusOn(one, '/user', other.access_token)).toBe(401);
    const again = (await logIn()).body;
    expect(await statusOn(one, '/user', again.access_token)).toBe(200);
    const refreshed = await callJson<{ access_token: string }>(one.url, '/auth/refresh', {
      body: { refresh_token: other.refresh_token },
    });
    expect(await statusOn(one, '/user', refreshed.body.access_token)).toBe(200);
    await call(one.url, '/auth/logout-all', { method: 'POST', token: again.access_token });
    const refused = await call(one.url, '/auth/refresh', { body: { refresh_token: again.refresh_token } });
    expect(refused.status).toBe(401);
  });

  it('a stolen access token is not enough to change address or password', async () => {
    const me = await register(one.url);
    const field = (type: string) => ({
      status: 422,
      body: { detail: [{ type, loc: ['body', 'current_password'] }] },
    });
    for (const change of [{ email: `thief-${me.email}` }, { password: 'the password of a thief' }]) {
      expect(await changeMine(me, change)).toMatchObject(field('missing'));
      const guessed = { ...change, current_password: 'a guess' };
      expect(await changeMine(me, guessed)).toMatchObject(field('value_error'));
    }
    const log = await callJson(one.url, '/auth/login', { body: me });
    expect(log.status).toBe(200);
    expect((await changeMine(me, { email: me.email })).status).toBe(200);
  });

  it('a log-out wants a refresh token', async () => {
    const me = await register(one.url);
    const answer = await callJson(one.url, '/auth/logout', { body: { refresh_token: me.accessToken } });
    expect(answer).toEqual({ status: 401, body: { detail: 'Expected a refresh token' } });
    expect(await statusOn(one, '/user', me.accessToken)).toBe(200);
  });
});
