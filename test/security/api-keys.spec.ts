import { Reflector, ModulesContainer } from '@nestjs/core';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { RequireScope, RouteAccess } from '../../src/auth/access.js';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';

interface Key {
  id: string;
  key: string;
  prefix: string;
}

/** Routes that only a log-in may use: a key must not open, change or end what belongs to the person. */
const LOG_IN_ONLY = [
  'ApiKeysController.createApiKey',
  'ApiKeysController.deleteApiKey',
  'ApiKeysController.listApiKeys',
  'JwtController.logOutJwt',
  'PersonalDataController.deleteOwnAccount',
  'PersonalDataController.downloadAccount',
  'SessionController.logOutEverywhere',
  'UsersController.updateCurrentUser',
];

describe('API keys', () => {
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    parley = await createTestApp({ ...ADMIN_SETTINGS, ROOMS_AUTH: 'required' });
    me = await register(parley.url);
  });
  afterAll(() => parley?.close());

  const create = (body: object, token = me.accessToken) =>
    callJson<Key>(parley.url, '/users/me/keys', { token, body });
  const keyWith = async (...scopes: string[]) => (await create({ name: scopes.join(' '), scopes })).body;
  const statusOf = async (path: string, token: string, body?: object) =>
    (await call(parley.url, path, { token, body })).status;
  const list = async () =>
    (await callJson<{ items: object[] }>(parley.url, '/users/me/keys', { token: me.accessToken })).body.items;

  it('are shown once, kept as a hash, and show their last use', async () => {
    const created = await create({ name: 'nightly import', scopes: ['chat', 'documents:write'] });
    expect(created).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        name: 'nightly import',
        prefix: created.body.key.slice(0, 9),
        scopes: ['chat', 'documents:write'],
        expires_at: null,
        last_used_at: null,
        created_at: expect.any(String),
        key: expect.stringMatching(/^pk_[0-9A-Za-z]{43}$/),
      },
    });
    const { key, ...shown } = created.body;
    expect(await list()).toEqual([shown]);
    expect(await statusOf('/user', key)).toBe(200);
    expect(await list()).toMatchObject([{ last_used_at: expect.stringMatching(/^20/) }]);
    expect(JSON.stringify(await list())).not.toContain(key);
  });

  it.each<[surface: string, scope: string, path: string, body: object | undefined]>([
    ['S0', 'conversations:read', '/chat/sessions', undefined],
    ['S0', 'chat', '/chat', { session_id: '5a2f1d3e-4f7b-4c39-9d6c-1f2a3b4c5d6e', message: 'hi' }],
    ['S1', 'conversations:read', '/api/chat/', undefined],
    ['S2', 'chat', '/v1/chat/sessions', undefined],
    ['S3', 'conversations:read', '/history/', undefined],
    ['S4', 'conversations:read', '/conversations', undefined],
    ['S4', 'documents:read', '/attachments', undefined],
    ['OpenAI', 'chat', '/v1/models', undefined],
  ])('work on %s with the scope %s, and not with the others: %s', async (_surface, scope, path, body) => {
    const others = ['chat', 'conversations:read', 'documents:read', 'documents:write'].filter(
      (other) => other !== scope,
    );
    expect(await statusOf(path, (await keyWith(scope)).key, body)).toBe(200);
    const refused = await call(parley.url, path, { token: (await keyWith(...others)).key, body });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain(`The API key lacks the scope ${scope}`);
  });

  it('open sockets with the scope chat, until they are revoked', async () => {
    const [chat, reader] = [await keyWith('chat'), await keyWith('documents:read')];
    const path = '/v1/chat/sessions/a-room/ws?token=';
    const socket = await TestSocket.open(parley.url, path + chat.key);
    await socket.until(1);
    expect(await (await TestSocket.open(parley.url, path + reader.key)).closed).toEqual({
      code: 1008,
      reason: 'unauthorized',
    });
    const revoke = () =>
      call(parley.url, `/users/me/keys/${chat.id}`, { method: 'DELETE', token: me.accessToken });
    expect((await revoke()).status).toBe(204);
    expect((await socket.closed).code).toBe(4401);
    expect(await statusOf('/v1/models', chat.key)).toBe(401);
    expect((await revoke()).status).toBe(404);
  });

  it('do nothing for an account that is deactivated', async () => {
    const other = await register(parley.url);
    const { key } = (await create({ name: 'hers', scopes: ['chat'] }, other.accessToken)).body;
    const admin = await logInAsAdmin(parley.url);
    const deactivate = (is_active: boolean) =>
      call(parley.url, `/admin/users/${other.id}`, { method: 'PATCH', token: admin, body: { is_active } });
    expect(await statusOf('/v1/models', key)).toBe(200);
    await deactivate(false);
    expect(await statusOf('/v1/models', key)).toBe(401);
    await deactivate(true);
    expect(await statusOf('/v1/models', key)).toBe(200);
  });

  it('expire, and are refused afterwards', async () => {
    const expires_at = new Date(Date.now() + 1_500).toISOString();
    const { key } = (await create({ name: 'brief', scopes: ['chat'], expires_at })).body;
    expect(await statusOf('/v1/models', key)).toBe(200);
    await eventually(async () => expect(await statusOf('/v1/models', key)).toBe(401));
    expect((await create({ name: 'late', scopes: ['chat'], expires_at })).status).toBe(422);
  });

  it('are fifty of an account at most, also when several are created concurrently', async () => {
    const { accessToken } = await register(parley.url);
    const make = async (count: number) => {
      const keys = Array.from({ length: count }, () =>
        create({ name: 'one of many', scopes: ['chat'] }, accessToken),
      );
      return (await Promise.all(keys)).map(({ status }) => status).toSorted();
    };
    for (let i = 0; i < 12; i++) expect(await make(4)).toEqual([201, 201, 201, 201]);
    expect(await make(4)).toEqual([201, 201, 409, 409]);
  });

  it('belong to their account: others see and revoke nothing', async () => {
    const other = await register(parley.url);
    const { id, key } = await keyWith('chat');
    const foreign = await call(parley.url, `/users/me/keys/${id}`, {
      method: 'DELETE',
      token: other.accessToken,
    });
    expect(foreign.status).toBe(404);
    expect(await statusOf('/v1/models', key)).toBe(200);
  });

  it('have the rank of an admin only with its scope, which only admins can give', async () => {
    expect((await create({ name: 'mine', scopes: ['admin'] })).status).toBe(403);
    const admin = await logInAsAdmin(parley.url);
    const ranked = (await create({ name: 'ranked', scopes: ['admin'] }, admin)).body;
    const plain = (await create({ name: 'plain', scopes: ['chat', 'documents:read'] }, admin)).body;
    expect(await statusOf('/admin/uploads', ranked.key, {})).toBe(200);
    expect(await statusOf('/admin/uploads', plain.key, {})).toBe(403);
    expect((await callJson(parley.url, '/user', { token: plain.key })).body).toMatchObject({
      is_admin: false,
    });
  });

  it('cannot make keys, change the account or log it out', async () => {
    const { key } = await keyWith('chat', 'conversations:read', 'documents:read', 'documents:write');
    const detail = 'An API key cannot be used here';
    for (const [path, method, body] of [
      ['/users/me/keys', 'POST', { name: 'more', scopes: ['chat'] }],
      ['/users/me', 'PATCH', { email: 'thief@example.com', current_password: me.password }],
      ['/auth/logout-all', 'POST', undefined],
    ] as const)
      expect(await callJson(parley.url, path, { method, token: key, body })).toEqual({
        status: 403,
        body: { detail },
      });
  });

  it.each([
    [{ scopes: ['chat'] }, ['body', 'name']],
    [{ name: 'x', scopes: [] }, ['body', 'scopes']],
    [{ name: 'x', scopes: ['everything'] }, ['body', 'scopes', 0]],
    [{ name: 'x', scopes: ['chat'], expires_at: 'soon' }, ['body', 'expires_at']],
  ])('%j is refused, naming the field', async (body, loc) => {
    expect(await create(body)).toMatchObject({ status: 422, body: { detail: [{ loc }] } });
  });

  it('every route names its scope, or is listed as requiring a log-in', () => {
    const reflector = parley.app.get(Reflector);
    const unmarked: string[] = [];
    for (const { controllers } of parley.app.get(ModulesContainer).values())
      for (const { metatype } of controllers.values()) {
        if (typeof metatype !== 'function') continue;
        const prototype = metatype.prototype as Record<string, unknown>;
        for (const name of Object.getOwnPropertyNames(prototype)) {
          const handler = prototype[name];
          if (name === 'constructor') continue;
          if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) continue;
          const targets = [handler as () => void, metatype as new () => object];
          const access = reflector.getAllAndOverride(RouteAccess, targets);
          if (!access && !reflector.getAllAndOverride(RequireScope, targets))
            unmarked.push(`${metatype.name}.${name}`);
        }
      }
    expect(unmarked.sort()).toEqual(LOG_IN_ONLY);
  });
});
