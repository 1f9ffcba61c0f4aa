import { readDatabaseUrl, readServerUrl } from './server-url.js';

describe('the URL of a database', () => {
  it.each([
    [
      'postgres://role:p%40s%2Fw%23r%251%3A%3F@h:5432/db',
      'postgres://role:p%40s%2Fw%23r%251%3A%3F@h:5432/db',
    ],
    ['postgresql+asyncpg://role:pw@h/db', 'postgresql://role:pw@h/db'],
    ['  postgres://h/db \n', 'postgres://h/db'],
    ['postgres://role:a@b@h/db', 'postgres://role:a%40b@h/db'],
    ['postgres://role:pw@[::1]:5432/db', 'postgres://role:pw@[::1]:5432/db'],
    ['postgres://h/db?sslmode=require', 'postgres://h/db?sslmode=verify-full'],
    ['postgres://h/db?ssl=require', 'postgres://h/db?sslmode=verify-full'],
    ['postgres://h/db?sslmode=no-verify', 'postgres://h/db?sslmode=no-verify'],
    [
      'postgres://h/db?sslmode=verify-ca&sslrootcert=/ca.pem',
      'postgres://h/db?sslmode=verify-full&sslrootcert=%2Fca.pem',
    ],
  ])('%s is read', (text, url) => {
    expect(readDatabaseUrl(text)).toEqual({ url });
  });

  it.each([
    'postgres://role:p@s/w#r%1:?@h:5432/db',
    'postgres://role:secret/x@h/db',
    'postgres://role:secret?x@h/db',
    'postgres://role:secret#x@h/db',
    'postgres://role:secret%x@h/db',
    'postgresql+asyncpg://role:secret#x@h/db',
  ])('%s is refused without a piece of it', (text) => {
    const read = readDatabaseUrl(text);
    expect(read).toEqual({ error: expect.stringContaining('must be percent-encoded') });
    expect(JSON.stringify(read)).not.toMatch(/secret|p@s|role/);
  });

  it.each([
    ['mysql://h/db', 'must start with postgres:// or postgresql://'],
    ['h:5432/db', 'must start with postgres:// or postgresql://'],
    ['postgres://h:port/db', 'must be a URL such as postgres://user:password@host:port/path'],
    [
      'postgres://h/db?sslmode=prefer',
      'has a sslmode that is none of disable, require, verify-ca, verify-full, no-verify',
    ],
  ])('%s is refused', (text, error) => {
    expect(readDatabaseUrl(text)).toEqual({ error });
  });
});

describe('the URL of another server', () => {
  it('may hold a password alone, and a number behind it', () => {
    const url = 'rediss://:pa%3Ass%40w@h:6379/3';
    expect(readServerUrl(` ${url} `, 'redis', 'rediss')).toEqual({ url });
  });
});
