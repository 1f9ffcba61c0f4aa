import { linkBaseOf } from './links.js';

describe('base addresses of links', () => {
  it.each([
    [undefined, undefined, ''],
    ['https://example.com/ai/', undefined, 'https://example.com/ai'],
    ['https://example.com', '/other', 'https://example.com'],
    [undefined, '/ai/', '/ai'],
    [undefined, '/team/ai', '/team/ai'],
    [undefined, '/', ''],
    [undefined, '//evil.example', ''],
    [undefined, 'https://evil.example', ''],
    [undefined, '/a"b', ''],
    [undefined, ['/a', '/b'], ''],
  ])('PUBLIC_URL %j and X-Forwarded-Prefix %j', (publicUrl, prefix, base) => {
    expect(linkBaseOf(publicUrl, prefix)).toBe(base);
  });
});
