import { isPublicAddress, PrivateAddressError, PublicHosts } from './public-address.js';

describe('public addresses', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
  ])('%s is one', (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });

  it.each([
    ['this machine', '127.0.0.1'],
    ['this machine', '127.255.0.1'],
    ['this machine', '::1'],
    ['any', '0.0.0.0'],
    ['any', '::'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared', '100.64.0.1'],
    ['shared', '100.127.255.255'],
    ['link-local, with the metadata of clouds', '169.254.169.254'],
    ['link-local', 'fe80::1'],
    ['unique local', 'fd00:ec2::254'],
    ['mapped', '::ffff:127.0.0.1'],
    ['mapped', '::ffff:8.8.8.8'],
    ['compatible', '::127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a network', '64:ff9b:1::1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['reserved', '255.255.255.255'],
    ['unique local', 'fd00::1'],
    ['Teredo', '2001:0:7f00:1::'],
    ['no address', 'not an address'],
    ['no address', 'example.com'],
  ])('%s is none: %s', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
  ])('%s is refused unless its host is allowed', (text) => {
    const url = new URL(text);
    expect(() => new PublicHosts([], 'WEBHOOK_PRIVATE_HOSTS').check(url)).toThrow('WEBHOOK_PRIVATE_HOSTS');
    new PublicHosts([url.hostname.replace(/^\[|\]$/g, '')]).check(url);
  });

  it('refuses a name that leads to this machine when it is resolved, unless it is allowed', async () => {
    const resolve = (hosts: PublicHosts, all: boolean) =>
      new Promise((done) =>
        hosts.lookup('localhost', { all }, (error, address) => done(error?.message ?? address)),
      );
    expect(await resolve(new PublicHosts([]), true)).toContain('localhost is no public address');
    const error = await new Promise((done) => new PublicHosts([]).lookup('localhost', {}, done));
    expect(error).toBeInstanceOf(PrivateAddressError);
    expect(['127.0.0.1', '::1']).toContain(await resolve(new PublicHosts(['LOCALHOST']), false));
    expect(await resolve(new PublicHosts(['localhost']), true)).toContainEqual(
      expect.objectContaining({ address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) as string }),
    );
  });
});
