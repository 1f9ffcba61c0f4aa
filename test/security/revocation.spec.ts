import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import { Mail, type MailMessage } from '../../src/adapters/mail/mail.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { heldAfter } from '../support/held.js';
import { TestSocket } from '../support/socket.js';
import { eventually } from '../support/eventually.js';

/** Far below the ten seconds after which a replica that hears nothing looks again; a second on an idle machine. */
const IN_FORCE_MS = 4_000;

const SECRET = 'one secret for both of the replicas';

/** An access token that lives for so many seconds. */
function signAccess(sub: string, seconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const claims = { sub, aud: ['fastapi-users:auth'], type: 'access', exp };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

describe('revocation of access tokens, on two replicas', () => {
  let model: FakeOpenAi;
  let one: TestApp;
  let two: TestApp;
  let admin: string;
  const mails: MailMessage[] = [];

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    const settings = {
      ...ADMIN_SETTINGS,
      JWT_SECRET: SECRET,
      OPENAI_BASE_URL: model.url,
      ROOMS_AUTH: 'required',
    };
    one = await createTestApp(settings);
    two = await createTestApp({
      ...settings,
      DATABASE_URL: one.databaseUrl,
      INGESTION_WORKER: 'external',
    });
    one.app.get(Mail, { strict: false }).send = async (mail) => void mails.push(mail);
    admin = await logInAsAdmin(one.url);
  });
  afterAll(async () => {
    await two?.close();
    await one?.close();
    await model?.close();
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
      token = mails.findLast(({ to }) => to === email)?.text.match(/^ey\S+$/m)?.[0];
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

  /** One of each kind of socket of an account, on a replica. */
  const openSockets = ({ url }: TestApp, token: string) =>
    Promise.all(
      [
        `/async_chat?token=${token}&keepAlive=1`,
        `/async_chat?token=${token}&watch=1&conversationID=any`,
        `/v1/chat/sessions/a-room/ws?token=${token}`,
      ].map((path) => TestSocket.open(url, path)),
    );

  it.each(endings)('%s ends sockets and event streams on both replicas', async (_name, end) => {
    const me = await register(one.url);
    const answer = heldAfter('An answer that ', 'is never read to its end.');
    model.reply(answer.play);
    const streams = [await call(one.url, '/chat', { token: me.accessToken, body: { message: 'Go on.' } })];
    const runId = streams[0]!.headers.get('x-run-id');
    streams.push(await call(two.url, `/runs/${runId}/stream`, { token: me.accessToken }));
    const sockets = [
      ...(await openSockets(one, me.accessToken)),
      ...(await openSockets(two, me.accessToken)),
    ];
    // Each room socket has shown its room: they have come in.
    await sockets[2]!.until(1);
    await sockets[5]!.until(1);
    await end(me);
    for (const socket of sockets) expect(await socket.closed).toEqual({ code: 4401, reason: 'unauthorized' });
    for (const stream of streams) {
      const text = await stream.text();
      expect(text).not.toContain('never');
      // A stream that is cut has no end; that of a run that was deleted says so first.
      expect(text.includes('[DONE]')).toBe(text.includes('"type":"error"'));
    }
    answer.release();
  });

  it('its expiry, unless the socket shows another token of the account in time', async () => {
    const me = await register(one.url);
    const other = await register(one.url);
    const brief = signAccess(me.id, 2);
    const sockets = await openSockets(one, brief);
    const [renewed] = await openSockets(one, brief);
    renewed!.send({ type: 'auth', token: other.accessToken });
    await renewed!.until(1);
    renewed!.send({ type: 'auth', token: me.accessToken });
    expect(await renewed!.until(2)).toEqual([
      { event_type: 'error', content: 'The token was refused' },
      { event_type: 'auth', content: expect.stringMatching(/^20.*Z$/) },
    ]);
    for (const socket of sockets) expect((await socket.closed).code).toBe(4401);
    renewed!.send('Are you there?');
    await eventually(async () => expect(renewed!.frames.at(-1)).toMatchObject({ event_type: 'done' }));
    await renewed!.close();
  });

  it('each frame is authorised again, also when no change was announced', async () => {
    const me = await register(one.url);
    const { body } = await callJson<{ key: string }>(one.url, '/users/me/keys', {
      token: me.accessToken,
      body: { name: 'of sockets', scopes: ['chat'] },
    });
    const [desk, , room] = await openSockets(one, body.key);
    await room!.until(1);
    const client = new Client({ connectionString: one.databaseUrl });
    await client.connect();
    await client.query('UPDATE api_keys SET revoked_at = now() WHERE user_id = $1', [me.id]);
    await client.end();
    desk!.send('Are you there?');
    room!.send({ role: 'user', content: 'Are you there?' });
    for (const socket of [desk, room]) expect((await socket!.closed).code).toBe(4401);
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

  it('a log-in after a log-out works immediately, and so do the refresh tokens of other log-ins', async () => {
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

  it('a log-out requires a refresh token', async () => {
    const me = await register(one.url);
    const answer = await callJson(one.url, '/auth/logout', { body: { refresh_token: me.accessToken } });
    expect(answer).toEqual({ status: 401, body: { detail: 'Expected a refresh token' } });
    expect(await statusOn(one, '/user', me.accessToken)).toBe(200);
  });
});
