/**
 * @param {{ address(): string | import('node:net').AddressInfo | null }} server that listens on the loopback interface
 * @returns its URL
 */
export function addressOf(server) {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}
