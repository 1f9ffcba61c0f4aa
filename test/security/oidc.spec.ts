import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { Provider } from 'oidc-provider';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { TestSocket } from '../support/socket.js';

const AUDIENCE = 'https://parley.example/api';

interface SigningKey {
  kid: string;
  jwk: JWK;
  privateKey: CryptoKey;
}

async function newKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' } };
}

/** A real issuer, whose clients are its subjects; it can be given other keys at the same address. */
class Issuer {
  readonly requests: string[] = [];
  private constructor(
    private readonly server: Server,
    private answer: ReturnType<Provider['callback']>,
    readonly url: string,
  ) {}

  static async start(keys: JWK[]): Promise<Issuer> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const issuer = new Issuer(server, providerAt(url, keys).callback(), url);
    server.on('request', (request, response) => {
      issuer.requests.push(request.url ?? '');
      void issuer.answer(request, response);
    });
    return issuer;
  }

  rotate(keys: JWK[]): void {
    this.answer = providerAt(this.url, keys).callback();
  }

  /** An access token for a subject, as its client gets one. */
  async tokenFor(subject: string): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${subject}:a secret of the client`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: AUDIENCE }),
    });
    const body = (await response.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(JSON.stringify(body));
    return body.access_token;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const SUBJECTS = ['ada', 'bob', 'boss', 'taken'];
const GROUPS: Record<string, string[]> = { boss: ['admins'] };

function providerAt(url: string, keys: JWK[]): Provider {
  return new Provider(url, {
    jwks: { keys },
    clients: SUBJECTS.map((client_id) => ({
      client_id,
      client_secret: 'a secret of the client',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    extraTokenClaims: (_ctx, { clientId = '' }) => ({
      email: `${clientId}@example.com`,
      email_verified: true,
      groups: GROUPS[clientId] ?? [],
    }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
}

describe('tokens of an OpenID issuer', () => {
  let first: SigningKey;
  /** Published without an algorithm of its own. */
  let versatile: SigningKey;
  let issuer: Issuer;
  let parley: TestApp;

  beforeAll(async () => {
    first = await newKey('first');
    versatile = await newKey('versatile');
    delete versatile.jwk.alg;
    issuer = await Issuer.start([first.jwk, versatile.jwk]);
    parley = await createTestApp({
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_CREATE_ACCOUNTS: 'on',
      OIDC_GROUPS_CLAIM: 'groups',
      OIDC_CLOCK_SKEW_SECONDS: '60',
      ROOMS_AUTH: 'required',
    });
  });
  afterAll(async () => {
    await parley?.close();
    await issuer?.close();
  });

  const caller = (token: string) => callJson(parley.url, '/user', { token });
  const now = () => Math.floor(Date.now() / 1000);
  /** A token as the issuer signs it, but for what is changed. */
  const sign = (claims: object = {}, header: object = {}, key: CryptoKey | Uint8Array = first.privateKey) =>
    new SignJWT({ iss: issuer.url, aud: AUDIENCE, sub: 'ada', iat: now(), exp: now() + 60, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'first', ...header })
      .sign(key);

  it('make an account on first sight, once, with the groups of the token', async () => {
    const token = await issuer.tokenFor('ada');
    const answers = await Promise.all([caller(token), caller(token), caller(token)]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ email: 'ada@example.com', groups: [], is_admin: false });
      expect(body.sub).toBe(answers[0]!.body.sub);
    }
    const boss = await caller(await issuer.tokenFor('boss'));
    expect(boss.body).toMatchObject({ groups: ['admins'], is_admin: true });
  });

  it('work over WebSocket', async () => {
    const token = await issuer.tokenFor('ada');
    const socket = await TestSocket.open(parley.url, `/v1/chat/sessions/a-room/ws?token=${token}`);
    await socket.until(1);
    await socket.close();
  });

  it('do not get the account that is registered with their address', async () => {
    const body = { email: 'taken@example.com', password: 'correct horse battery' };
    expect((await call(parley.url, '/auth/register', { body })).status).toBe(201);
    expect((await caller(await issuer.tokenFor('taken'))).status).toBe(401);
  });

  it('are taken with a clock that is a little wrong, and no more', async () => {
    expect((await caller(await sign({ exp: now() - 30 }))).status).toBe(200);
    expect((await caller(await sign({ exp: now() - 90 }))).status).toBe(401);
    expect((await caller(await sign({ nbf: now() + 30 }))).status).toBe(200);
    expect((await caller(await sign({ nbf: now() + 90 }))).status).toBe(401);
  });

  it.each<[string, () => Promise<string>]>([
    ['for another audience', () => sign({ aud: 'https://elsewhere.example' })],
    ['without an end', () => sign({ exp: undefined })],
    ['without a subject', () => sign({ sub: undefined })],
    ['signed by another key', async () => sign({}, {}, (await newKey('first')).privateKey)],
    [
      'signed with a public text as secret',
      () => sign({}, { alg: 'HS256' }, new TextEncoder().encode(AUDIENCE)),
    ],
    [
      'not signed',
      async () => {
        const [, payload] = (await sign()).split('.');
        return `${btoa('{"alg":"none"}').replace(/=+$/, '')}.${payload}.`;
      },
    ],
  ])('are refused when %s', async (_name, make) => {
    expect((await caller(await make())).status).toBe(401);
  });

  it('are refused when signed with an algorithm that is not accepted, by a key that would do it', async () => {
    const by = async (alg: string) => {
      const key = (await importJWK(versatile.jwk, alg)) as CryptoKey;
      return (await caller(await sign({}, { alg, kid: 'versatile' }, key))).status;
    };
    expect([await by('RS256'), await by('PS256')]).toEqual([200, 401]);
  });

  it('lead to no request: neither their issuer nor the address of their keys is asked', async () => {
    const asked: string[] = [];
    const trap = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    await once(trap.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
    const stranger = await newKey('stranger');
    for (const token of [
      await sign({ iss: address }, {}, stranger.privateKey),
      await sign({}, { jku: `${address}/keys`, kid: 'stranger' }, stranger.privateKey),
      await sign({}, { x5u: `${address}/cert`, kid: 'stranger' }, stranger.privateKey),
    ])
      expect((await caller(token)).status).toBe(401);
    trap.close();
    expect(asked).toEqual([]);
  });

  it('leave the tokens of Parley as they are', async () => {
    const me = await register(parley.url);
    expect((await caller(me.accessToken)).status).toBe(200);
  });
});

it('tokens of an issuer open nothing for an unknown subject unless accounts may be made, and follow its keys', async () => {
  const [old, fresh] = [await newKey('old'), await newKey('fresh')];
  const issuer = await Issuer.start([old.jwk]);
  const settings = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE };
  const making = await createTestApp({ ...settings, OIDC_CREATE_ACCOUNTS: 'on' });
  const strict = await createTestApp({ ...settings, DATABASE_URL: making.databaseUrl });
  const off = await createTestApp({ DATABASE_URL: making.databaseUrl });
  try {
    const statusOn = async ({ url }: TestApp, subject: string) =>
      (await call(url, '/user', { token: await issuer.tokenFor(subject) })).status;
    expect(await statusOn(strict, 'bob')).toBe(401);
    expect(await statusOn(making, 'bob')).toBe(200);
    expect(await statusOn(strict, 'bob')).toBe(200);
    expect(await statusOn(off, 'bob')).toBe(401);
    issuer.rotate([fresh.jwk]);
    await eventually(async () => expect(await statusOn(making, 'bob')).toBe(200), 15_000);
  } finally {
    await off.close();
    await strict.close();
    await making.close();
    await issuer.close();
  }
});
