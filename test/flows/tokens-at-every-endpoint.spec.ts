import { createHmac, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { Replica } from '../support/replica.js';
import { TestSocket } from '../support/socket.js';

const SECRET = 'the secret of these tests, 32 characters and more';
const ENDPOINTS = [
  '/chat/sessions',
  '/api/chat/',
  '/agents/',
  '/conversations',
  '/user',
  '/users/me',
  '/v1/chat/sessions',
];
const SOCKETS: [path: string, reason: string][] = [
  ['/async_chat', 'jwt error'],
  ['/v1/chat/sessions/a-room/ws', 'unauthorized'],
];

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HASHES = { HS256: 'sha256', HS512: 'sha512' } as const;

/** A token made by hand; `none` leaves it unsigned. */
function sign(claims: object, alg: keyof typeof HASHES | 'none' = 'HS256', secret = SECRET): string {
  const text = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${alg === 'none' ? '' : createHmac(HASHES[alg], secret).update(text).digest('base64url')}`;
}

describe('tokens at every endpoint', () => {
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    parley = await createTestApp({ JWT_SECRET: SECRET, ROOMS_AUTH: 'required' });
    me = await register(parley.url);
  });
  afterAll(() => parley?.close());

  const claims = (changes: object = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const audience = { aud: ['fastapi-users:auth'], type: 'access' };
    return {
      sub: me.id,
      ...audience,
      email: me.email,
      name: null,
      groups: [],
      iat,
      exp: iat + 60,
      ...changes,
    };
  };
  const bad: [name: string, token: () => string][] = [
    ['expired', () => sign(claims({ exp: Math.floor(Date.now() / 1000) - 1 }))],
    [
      'signed by somebody else',
      () => sign(claims(), 'HS256', 'another secret, also of 32 characters or more'),
    ],
    ['unsigned', () => sign(claims(), 'none')],
    ['signed in another way', () => sign(claims(), 'HS512')],
    ['without an end', () => sign(claims({ exp: undefined }))],
    ['for another audience', () => sign(claims({ aud: ['fastapi-users:reset'] }))],
    ['of another type', () => sign(claims({ type: 'refresh' }))],
    ['for refreshing', () => me.refreshToken],
    ['of an account that never was', () => sign(claims({ sub: randomUUID() }))],
    ['of no account', () => sign(claims({ sub: "' OR 1=1 --" }))],
    ['cut off', () => me.accessToken.slice(0, -3)],
    ['no token', () => 'nonsense'],
  ];

  it('accept a valid one, also from another issuer with the same secret', async () => {
    for (const token of [me.accessToken, sign(claims())]) {
      for (const endpoint of ENDPOINTS)
        expect([endpoint, (await call(parley.url, endpoint, { token })).status]).toEqual([endpoint, 200]);
      for (const [path] of SOCKETS) {
        const socket = await TestSocket.open(parley.url, `${path}?token=${token}`);
        await socket.close();
      }
    }
  });

  it.each(SOCKETS)('are found where a client can put them: %s', async (path, refused) => {
    const { accessToken: token } = me;
    const open = async (query: string, protocols: string[], headers: Record<string, string> = {}) => {
      const socket = await TestSocket.open(parley.url, path + query, { protocols, headers });
      const { protocol } = socket.socket;
      // One that is let in waits for questions, or shows its room.
      socket.send('not JSON');
      const first = await socket.until(1).then(
        () => 'in',
        () => socket.closed,
      );
      await socket.close();
      return [protocol, first];
    };
    expect(await open('', ['bearer', token])).toEqual(['bearer', 'in']);
    expect(await open('', [token, 'bearer'])).toEqual(['bearer', 'in']);
    expect(await open(`?token=${token}`, ['chat'])).toEqual(['chat', 'in']);
    expect(await open('', [], { Authorization: `Bearer ${token}` })).toEqual(['', 'in']);
    expect(await open('', ['bearer', 'nonsense'])).toEqual(['bearer', { code: 1008, reason: refused }]);
    expect(await open('', ['chat'])).toEqual(['chat', { code: 1008, reason: 'unauthorized' }]);
  });

  it('are kept by no cache, nor are the responses to them', async () => {
    for (const endpoint of ENDPOINTS) {
      const response = await call(parley.url, endpoint, { token: me.accessToken });
      expect([endpoint, response.headers.get('cache-control')]).toEqual([endpoint, 'no-store']);
    }
    const logIn = await call(parley.url, '/auth/login', { body: me });
    expect(logIn.headers.get('cache-control')).toBe('no-store');
  });

  it.each(SOCKETS)('get a ticket that opens one socket, once: %s', async (path, refused) => {
    const issue = async () => {
      const answer = await callJson<{ ticket: string; expires_in: number }>(parley.url, '/auth/ws-ticket', {
        method: 'POST',
        token: me.accessToken,
      });
      expect(answer).toMatchObject({ status: 200, body: { expires_in: 30 } });
      return answer.body.ticket;
    };
    const open = async (query: string, protocols: string[] = []) => {
      const socket = await TestSocket.open(parley.url, path + query, { protocols });
      socket.send('not JSON');
      return socket.until(1).then(
        async () => {
          await socket.close();
          return 'in';
        },
        () => socket.closed,
      );
    };
    const [first, second, third] = [await issue(), await issue(), await issue()];
    expect(await open(`?ticket=${first}`)).toBe('in');
    expect(await open(`?ticket=${first}`)).toEqual({ code: 1008, reason: refused });
    expect(await open(`?token=${second}`)).toBe('in');
    expect(await open('', ['bearer', third])).toBe('in');
    expect((await call(parley.url, '/user', { token: await issue() })).status).toBe(401);
  });

  it('are tickets for half a minute', async () => {
    await call(parley.url, '/auth/ws-ticket', { method: 'POST', token: me.accessToken });
    const redis = new Redis(redisUrl());
    const keys = await redis.keys('parley:ws-ticket:*');
    const lives = await Promise.all(keys.map((key) => redis.ttl(key)));
    redis.disconnect();
    expect(lives.length).toBeGreaterThan(0);
    for (const seconds of lives) expect(seconds).toBeLessThanOrEqual(30);
    expect(lives).not.toContain(-1);
  });

  it('are in no log line, wherever a client sends them', async () => {
    const replica = await Replica.start({
      DATABASE_URL: parley.databaseUrl,
      REDIS_URL: redisUrl(),
      JWT_SECRET: SECRET,
      LOG_LEVEL: 'info',
    });
    let log = '';
    replica.child.stdout!.on('data', (data) => (log += String(data))).resume();
    const key = `pk_${'k'.repeat(43)}`;
    for (const token of [me.accessToken, me.refreshToken, key])
      for (const path of [`/nowhere/${token}`, `/nowhere?token=${token}`, '/user'])
        await call(replica.url, path, { token });
    await (await TestSocket.open(replica.url, `/async_chat?token=${me.accessToken}`)).close();
    try {
      await eventually(async () => expect(log).toContain('/nowhere'));
    } finally {
      await replica.end();
    }
    expect(log).toContain('/nowhere/pk_***');
    for (const secret of [me.accessToken, me.refreshToken, key]) expect(log).not.toContain(secret);
  });

  it.each(bad)('keep out one that is %s', async (_name, make) => {
    const token = make();
    for (const endpoint of ENDPOINTS) {
      const response = await call(parley.url, endpoint, { token });
      expect([endpoint, response.status]).toEqual([endpoint, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toEqual({ detail: 'Could not validate credentials' });
    }
    for (const [path, reason] of SOCKETS) {
      const socket = await TestSocket.open(parley.url, `${path}?token=${encodeURIComponent(token)}`);
      expect(await socket.closed).toEqual({ code: 1008, reason });
      expect(socket.frames).toEqual([]);
    }
  });
});
