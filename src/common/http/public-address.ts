import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Special-purpose ranges of the IANA registries: this network, private, shared, loopback, link-local, tests, multicast. */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Non-public parts of the global unicast range: tunnels to IPv4 addresses, and documentation. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V4) notPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_V6) notPublic.addSubnet(net, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is public, not in a network behind this server. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/** Refused request to a private network address (SSRF). */
export class PrivateAddressError extends Error {
  /** @param setting that could allow it */
  constructor(host: string, setting?: string) {
    super(`${host} is no public address${setting ? `; ${setting} allows it` : ''}`);
  }
}

/**
 * SSRF protection for requests to user-supplied URLs. The checked address is the one that is connected to, so that
 * DNS cannot return another one in the meantime.
 */
export class PublicHosts {
  private readonly allowed: ReadonlySet<string>;

  /**
   * @param allowed names and addresses that may be private
   * @param setting that lists them, for error messages
   */
  constructor(
    allowed: readonly string[],
    private readonly setting?: string,
  ) {
    this.allowed = new Set(allowed.map((host) => host.toLowerCase()));
  }

  /** @throws PrivateAddressError for an IP address that is not public; names are checked when they are resolved */
  check(url: URL): void {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) && !this.allowed.has(host) && !isPublicAddress(host))
      throw new PrivateAddressError(host, this.setting);
  }

  /** For the `lookup` of a connection. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '');
      const isAllowed = this.allowed.has(hostname.toLowerCase());
      const addresses: LookupAddress[] = found;
      if (!isAllowed && !addresses.every(({ address }) => isPublicAddress(address)))
        return done(new PrivateAddressError(hostname, this.setting), '');
      if (options.all) return done(null, addresses);
      done(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}
