/** Parses `Sec-WebSocket-Protocol`. */
export interface OfferedProtocols {
  /** The subprotocol to respond with, which browsers require. Never a token. */
  protocol?: string;
  /** Token: browsers cannot set headers of a WebSocket, so clients send it as a subprotocol. */
  token?: string;
}

/** A JSON Web Token, an API key or a ticket. */
const looksLikeToken = (name: string) => /^[\w-]+\.[\w-]+\.[\w-]+$|^(?:pk|wt)_/.test(name);

/**
 * Parses `bearer, <token>`, in either order, and any other list of protocols.
 * @param header all offered protocols, separated by commas
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
