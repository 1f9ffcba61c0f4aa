import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { parse } from 'yaml';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';

type Operation = {
  security?: Record<string, unknown>[];
  responses: Record<string, unknown>;
  requestBody?: object;
};
interface Schema {
  properties?: Record<string, object>;
}
type Paths = Record<string, Record<string, Operation>>;

/** Open to everybody; any other route asks for a token. */
const PUBLIC = [
  'GET /',
  'GET /.well-known/oauth-protected-resource/mcp',
  'GET /health',
  'GET /health/live',
  'GET /health/ready',
  'GET /shared/{token}',
  'POST /auth/first-admin',
  'POST /auth/forgot-password',
  'POST /auth/jwt/login',
  'POST /auth/login',
  'POST /auth/logout',
  'POST /auth/refresh',
  'POST /auth/register',
  'POST /auth/request-verify-token',
  'POST /auth/reset-password',
  'POST /auth/verify',
];
/** Open unless `ROOMS_AUTH=required`. */
const ROOMS = '/v1/chat/sessions';

const { paths, components } = parse(readFileSync('api/openapi.yaml', 'utf8')) as {
  paths: Paths;
  components: { schemas: Record<string, Schema> };
};
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
);

describe('invalid input at every endpoint', () => {
  let parley: TestApp;
  let me: Account;

  beforeAll(async () => {
    parley = await createTestApp({ MAX_BODY_KB: '256' });
    me = await register(parley.url);
  });
  afterAll(() => parley?.close());

  const concrete = (path: string) => path.replaceAll(/\{\w+\}/g, randomUUID());

  it('authenticates first: every protected route answers 401 before it reads anything', async () => {
    const open: string[] = [];
    for (const [method, path] of routes) {
      if (path.startsWith(ROOMS)) continue;
      const response = await fetch(parley.url + concrete(path), {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: method === 'GET' ? undefined : '{"broken": ',
      });
      if (response.status !== 401) open.push(`${method} ${path}`);
      else {
        const discovery =
          path === '/mcp'
            ? ` resource_metadata="${parley.url}/.well-known/oauth-protected-resource/mcp"`
            : '';
        expect(response.headers.get('www-authenticate')).toBe(`Bearer${discovery}`);
        // In the words of each wire; `every-wire` and the suites of the surfaces hold the whole shapes.
        expect([path, JSON.stringify(await response.json())]).toEqual([
          path,
          expect.stringMatching(
            path.startsWith('/v1/')
              ? /^{"error":{"message":"Not authenticated",.*"code":"invalid_api_key"/
              : /"Not authenticated"/,
          ),
        ]);
      }
    }
    expect(open.toSorted()).toEqual(PUBLIC);
  });

  it('answers any broken or hostile body with a clear 4xx, never a 500', async () => {
    const bodies = [
      '{"broken": ',
      '[]',
      '"text"',
      'null',
      '{"a":"\\u0000"}',
      '{"__proto__":{"x":1}}',
      '['.repeat(5_000),
      '',
    ];
    for (const [method, path] of routes.filter(([verb]) => ['POST', 'PATCH', 'PUT'].includes(verb)))
      for (const body of bodies) {
        const response = await fetch(parley.url + concrete(path), {
          method,
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${me.accessToken}` },
          body,
        });
        const text = await response.text();
        expect([method, path, body.slice(0, 20), response.status < 500]).toEqual([
          method,
          path,
          body.slice(0, 20),
          true,
        ]);
        expect(text).not.toMatch(/\bat .*\.js:\d+/);
      }
  });

  it('answers JSON that nests deeper than a stack holds with a 4xx, in every field', async () => {
    const deep = ['['.repeat(20_000) + ']'.repeat(20_000), '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)];
    const failed: string[] = [];
    for (const [method, path] of routes.filter(([verb]) => ['POST', 'PATCH', 'PUT'].includes(verb))) {
      const schemas = JSON.stringify(paths[path]![method.toLowerCase()]!.requestBody ?? {}).match(
        /schemas\/(\w+)/g,
      );
      const fields = (schemas ?? []).flatMap((name) =>
        Object.keys(components.schemas[name.slice('schemas/'.length)]?.properties ?? {}),
      );
      for (const field of new Set([...fields, 'unknown']))
        for (const value of deep) {
          const response = await fetch(parley.url + concrete(path), {
            method,
            headers: {
              'Content-Type': 'application/json',
              Authorization: `Bearer ${me.accessToken}`,
              'Idempotency-Key': randomUUID(),
            },
            body: `{${JSON.stringify(field)}:${value}}`,
          });
          if (response.status >= 500 || response.status < 400)
            failed.push(`${method} ${path} ${field}: ${response.status}`);
          await response.body?.cancel();
        }
    }
    expect(failed).toEqual([]);
  }, 120_000);

  it.each([
    ['a type it does not read', 'text/plain', '{"message":"hi"}', 422],
    ['no type at all', '', '{"message":"hi"}', 422],
    ['a charset it does not know', 'application/json; charset=klingon', '{"message":"hi"}', 415],
    ['too much', 'application/json', JSON.stringify({ message: 'x'.repeat(300 * 1024) }), 413],
    ['broken JSON', 'application/json', '{"message": "hi', 422],
  ])('refuses a body of %s', async (_name, type, body, status) => {
    const { accessToken: token } = await register(parley.url);
    const response = await fetch(`${parley.url}/chat`, {
      method: 'POST',
      headers: { 'Content-Type': type, Authorization: `Bearer ${token}` },
      body: Buffer.from(body),
    });
    expect(response.status).toBe(status);
    expect(Object.keys((await response.json()) as object)).toEqual(['detail']);
    const { body: list } = await callJson<{ items: unknown[] }>(parley.url, '/conversations', {
      token,
    });
    expect(list.items).toEqual([]);
  });

  it('distinguishes an unknown path from a method that a path does not have', async () => {
    expect(await callJson(parley.url, '/nowhere', { token: me.accessToken })).toEqual({
      status: 404,
      body: { detail: 'Not Found' },
    });
    const response = await call(parley.url, '/chat', { method: 'PUT', token: me.accessToken, body: {} });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toEqual({ detail: 'Method Not Allowed' });
  });

  it('serves paths with and without a slash at the end, without a redirect', async () => {
    const { accessToken } = await register(parley.url);
    for (const path of ['/conversations/', '/chat/sessions/', '/health/', '/agents', '/history/'])
      expect(
        (
          await fetch(parley.url + path, {
            redirect: 'manual',
            headers: { Authorization: `bearer ${accessToken}` },
          })
        ).status,
      ).toBe(200);
  });

  it('accepts requests of pages of this machine only', async () => {
    const origin = async (value: string) =>
      (await fetch(`${parley.url}/health`, { headers: { Origin: value } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await origin('http://localhost:5173')).toBe('http://localhost:5173');
    expect(await origin('https://evil.example')).toBeNull();
    expect(await origin('http://localhost.evil.example')).toBeNull();
  });

  it('shows its documentation', async () => {
    expect((await call(parley.url, '/docs')).status).toBe(200);
    const options = await (await call(parley.url, '/docs/swagger-ui-init.js')).text();
    expect(options).toContain('"persistAuthorization": true');
    const { body } = await callJson<{ paths: Paths }>(parley.url, '/openapi.json');
    expect(Object.keys(body.paths)).toEqual(Object.keys(paths));
  });

  it('shows a browser the console at /, and gives others an index', async () => {
    const browser = await fetch(`${parley.url}/`, {
      headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    expect(browser.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(browser.headers.get('content-security-policy')).toContain("script-src 'self'; style-src 'self';");
    const file = /src="(\.\/assets\/console-[^"]+\.js)"/.exec(await browser.text())![1]!;
    const script = await fetch(new URL(file, `${parley.url}/`), { headers: { 'Accept-Encoding': 'br' } });
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-encoding')).toBe('br');
    // A path that only the API has is the API's, for browsers as well.
    const unknown = await fetch(`${parley.url}/assets/none.js`, { headers: { Accept: 'text/html' } });
    expect(unknown.status).toBe(404);
    const { status, body } = await callJson<Record<string, string>>(parley.url, '/');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        name: 'Parley',
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        docs: './docs',
        openapi: './openapi.json',
        health: './health/ready',
      },
    });
    for (const link of [body.docs, body.openapi, body.health])
      expect((await fetch(new URL(link!, `${parley.url}/`))).status).toBe(200);
    expect(await callJson(parley.url, '/nothing-here')).toEqual({
      status: 404,
      body: { detail: 'Not Found' },
    });
  });

  it('lets pages load nothing, and the documentation its own files', async () => {
    const policy = async (path: string) =>
      (await call(parley.url, path)).headers.get('content-security-policy');
    expect(await policy('/health')).toMatch(/^default-src 'none'/);
    const page = await (await call(parley.url, '/docs')).text();
    expect(await policy('/docs')).toContain("script-src 'self';");
    // Inline scripts would be blocked by that.
    expect(page.match(/<script(?![^>]* src=)/g)).toBeNull();
    expect(page.match(/(?:src|href)="(?:https?:)?\/\//g)).toBeNull();
  });

  it("shows examples with a conversation that is nobody's yet, another one to each reader", async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const text = await (await call(parley.url, '/openapi.json')).text();
        return new Set([...text.matchAll(/"session_id":"([\da-f-]{36})"/g)].map(([, id]) => id));
      }),
    );
    expect(ids.map(({ size }) => size)).toEqual([1, 1]);
    expect(ids[0]).not.toEqual(ids[1]);
  });
});
