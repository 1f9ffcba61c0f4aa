/** Parses `Sec-WebSocket-Protocol`. */
export interface OfferedProtocols {
  /** The one to answer with; without an answer browsers drop the socket. Never a token. */
  protocol?: string;
  /** Browsers cannot send headers with a socket, so that clients put their token here. */
  token?: string;
}

/** A JSON Web Token, an API key or a ticket. */
const looksLikeToken = (name: string) => /^[\w-]+\.[\w-]+\.[\w-]+$|^(?:pk|wt)_/.test(name);

/**
 * Reads `bearer, <token>`, in either order, and any other list of protocols.
 * @param header all the protocols a client offers, separated by commas
 */
export function readProtocols(header = ''): OfferedProtocols {
  const offered = header
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const bearer = offered.find((name) => name.toLowerCase() === 'bearer');
  const others = offered.filter((name) => name !== bearer);
  const token = others.find(looksLikeToken);
  if (bearer) return { protocol: bearer, token: token ?? others[0] };
  return { protocol: others.find((name) => !looksLikeToken(name)), token };
}
