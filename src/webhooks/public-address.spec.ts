import { isPublicAddress, PublicHosts } from './public-address.js';

describe('public addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('%s is one', (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'not an address',
  ])('%s is none', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });

  it.each([
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
  ])('%s is refused unless its host is allowed', (text) => {
    const url = new URL(text);
    expect(() => new PublicHosts([]).check(url)).toThrow('WEBHOOK_PRIVATE_HOSTS');
    new PublicHosts([url.hostname.replace(/^\[|\]$/g, '')]).check(url);
  });

  it('refuses a name that leads to this machine when it is resolved, unless it is allowed', async () => {
    const resolve = (hosts: PublicHosts, all: boolean) =>
      new Promise((done) =>
        hosts.lookup('localhost', { all }, (error, address) => done(error?.message ?? address)),
      );
    expect(await resolve(new PublicHosts([]), true)).toContain('localhost is no public address');
    expect(['127.0.0.1', '::1']).toContain(await resolve(new PublicHosts(['LOCALHOST']), false));
    expect(await resolve(new PublicHosts(['localhost']), true)).toContainEqual(
      expect.objectContaining({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) as string }),
    );
  });
});
