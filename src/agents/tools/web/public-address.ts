import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** IPv4 networks that are not public: private, shared, local, reserved, for documentation, multicast. */
const NOT_PUBLIC_4: [string, number][] = [
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
];
/** Of the addresses that are given out, those that lead elsewhere: Teredo, documentation, 6to4. */
const NOT_PUBLIC_6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const notPublic = new BlockList();
for (const [net, bits] of NOT_PUBLIC_4) notPublic.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of NOT_PUBLIC_6) notPublic.addSubnet(net, bits, 'ipv6');
/** All IPv6 that is given out; what embeds IPv4 (mapped, NAT64) is outside of it. */
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');

/** Whether an address belongs to the internet, and to no network of this machine or its provider. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !notPublic.check(address, 'ipv4');
  return version === 6 && given.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/** The address that a name has leads into a network that must not be reached. */
export class PrivateAddressError extends Error {}

/**
 * Looks names up for connections: the address that is checked is the one that is connected to, so that a name cannot
 * change its address in between. One address that is not public refuses the name.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    const [first] = addresses;
    if (refused || !first)
      return callback(new PrivateAddressError(`${hostname} is not a public address`), '');
    if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
