import { isIP } from 'node:net';

/**
 * Whether a `Host` is a local name. Protects against DNS rebinding: a remote page can point its own name to this
 * machine, but not an IP address, a name without a dot, or an unregistrable one.
 * @param host of a request, with or without a port
 * @param allowed further names, without ports
 */
export function isLocalHost(host: string | undefined, allowed: readonly string[]): boolean {
  const name = nameOf(host);
  return (
    name === '' ||
    isIP(name) !== 0 ||
    !name.includes('.') ||
    /\.(localhost|local|internal|test|lan|home\.arpa)$/.test(name) ||
    allowed.includes(name)
  );
}

/** The name in a `Host` header, in lower case. */
export const nameOf = (host = ''): string =>
  host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
