import { isIP } from 'node:net';

/**
 * Whether a page under this host may be taken for one of this machine. A page elsewhere can make its own name lead here
 * (DNS rebinding), but not an address, a name without a dot, or one that no registrar assigns.
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
