/** A normalised server URL, or its error: the end of a sentence that contains no part of it. */
export type ReadUrl = { url: string } | { error: string };

const UNENCODED =
  'has a character in its user name or password that must be percent-encoded: @ as %40, / as %2F, # as %23, ? as %3F, : as %3A, % as %25';
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * Reads the address of a PostgreSQL server. Blanks around it and the driver of an SQLAlchemy URL
 * (`postgresql+asyncpg://`) are left out; TLS is either verified or not, as pg has it.
 */
export function readDatabaseUrl(text: string): ReadUrl {
  const read = readServerUrl(
    text.trim().replace(/^(postgres(?:ql)?)\+\w+:/, '$1:'),
    'postgres',
    'postgresql',
  );
  if ('error' in read) return read;
  const url = new URL(read.url);
  const { searchParams } = url;
  const ssl = searchParams.get('ssl');
  if (ssl !== null && SSL_MODES.includes(ssl)) {
    searchParams.delete('ssl');
    searchParams.set('sslmode', ssl);
  }
  const mode = searchParams.get('sslmode');
  if (mode === null) return { url: url.href };
  if (!SSL_MODES.includes(mode)) return { error: `has a sslmode that is none of ${SSL_MODES.join(', ')}` };
  // All three check the certificate and the name in it; pg prints a warning for the other two.
  if (mode === 'require' || mode === 'verify-ca') searchParams.set('sslmode', 'verify-full');
  return { url: url.href };
}

/** Reads the address of a server with a user name and a password in it. */
export function readServerUrl(text: string, ...protocols: string[]): ReadUrl {
  const trimmed = text.trim();
  const [, protocol = '', rest = ''] = /^([a-z+]+):\/\/(.*)$/is.exec(trimmed) ?? [];
  if (!protocols.includes(protocol.toLowerCase()))
    return { error: `must start with ${protocols.map((name) => `${name}://`).join(' or ')}` };
  const [, authority = '', behind = ''] = /^([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const credentials = authority.slice(0, Math.max(0, authority.lastIndexOf('@')));
  // An @ behind the authority means that what should have been the password ended it.
  if (/[@#]/.test(behind) || /%(?![\da-f]{2})/i.test(credentials)) return { error: UNENCODED };
  if (!URL.canParse(trimmed))
    return { error: `must be a URL such as ${protocols[0]}://user:password@host:port/path` };
  return { url: trimmed };
}
