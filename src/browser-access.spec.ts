import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BrowserAccess } from './browser-access.js';
import { Config } from './config/config.js';

const access = (settings: Record<string, string>) =>
  new BrowserAccess(new Config({ JWT_SECRET: 'x'.repeat(32), ...settings }));
const from = (headers: IncomingHttpHeaders) => ({ headers }) as IncomingMessage;
const PRODUCTION = { NODE_ENV: 'production' };

describe('a WebSocket in production', () => {
  const opens = (headers: IncomingHttpHeaders, settings = {}) =>
    access({ ...PRODUCTION, ...settings }).mayOpenSocket(from(headers));

  it.each<[string, IncomingHttpHeaders, boolean]>([
    ['what is no browser', { host: 'chat.example.com' }, true],
    ['a page of the same origin', { host: 'chat.example.com', origin: 'https://chat.example.com' }, true],
    ['the same with a port', { host: 'localhost:8000', origin: 'http://localhost:8000' }, true],
    ['the same with the port that goes without saying', { host: 'a.com:443', origin: 'https://a.com' }, true],
    ['another port', { host: 'localhost:8000', origin: 'http://localhost:3000' }, false],
    ['another host', { host: 'chat.example.com', origin: 'https://evil.example' }, false],
    ['a page without an origin', { host: 'chat.example.com', origin: 'null' }, false],
  ])('is opened by %s: %j, %s', (_name, headers, isAllowed) => {
    expect(opens(headers)).toBe(isAllowed);
  });

  it('is opened by pages of CORS_ORIGINS and PUBLIC_URL', () => {
    const settings = { CORS_ORIGINS: 'https://app.example.com', PUBLIC_URL: 'https://example.com/ai' };
    for (const origin of ['https://app.example.com', 'https://example.com'])
      expect(opens({ host: 'upstream', origin }, settings)).toBe(true);
    expect(opens({ host: 'upstream', origin: 'https://evil.example' }, settings)).toBe(false);
  });

  it('believes a proxy that is trusted which host was asked', () => {
    const headers = { host: 'upstream', 'x-forwarded-host': 'a.com', origin: 'https://a.com' };
    expect(opens(headers)).toBe(false);
    expect(opens(headers, { TRUST_PROXY: '1' })).toBe(true);
  });
});

describe('a name that leads here in development', () => {
  const refused = (host: string, settings = {}) => {
    const errors: unknown[] = [];
    const { refuseForeignHosts, mayOpenSocket } = access(settings);
    refuseForeignHosts(from({ host }), undefined, (error) => errors.push(error));
    const rebound = { host, origin: `http://${host}` };
    expect(mayOpenSocket(from(rebound))).toBe(errors[0] === undefined);
    return errors[0];
  };

  it.each(['localhost:8000', '127.0.0.1:8000', 'parley:8000'])('is %s', (host) => {
    expect(refused(host)).toBeUndefined();
  });

  it('is not that of a page elsewhere, unless it is listed', () => {
    expect(refused('evil.example:8000')).toMatchObject({ kind: 'forbidden', code: 'unknown-host' });
    expect(refused('dev.example.com', { ALLOWED_HOSTS: 'dev.example.com' })).toBeUndefined();
    expect(refused('example.com', { PUBLIC_URL: 'https://example.com/ai' })).toBeUndefined();
    expect(refused('anything.example', PRODUCTION)).toBeUndefined();
  });
});

it('the documentation is served in production only when asked for', () => {
  const serves = (settings: Record<string, string>) =>
    new Config({ JWT_SECRET: 'x'.repeat(32), ...settings }).servesDocs;
  expect(serves({})).toBe(true);
  expect(serves({ API_DOCS: 'off' })).toBe(false);
  expect(serves(PRODUCTION)).toBe(false);
  expect(serves({ ...PRODUCTION, API_DOCS: 'on' })).toBe(true);
});
