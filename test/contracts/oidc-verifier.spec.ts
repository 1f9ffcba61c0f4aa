import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { OidcVerifier } from '../../src/auth/oidc/oidc-verifier.js';
import { Config } from '../../src/config/config.js';
import { startHttpProxy } from '../support/http-proxy.js';

const ISSUER = 'http://issuer.test';

it('an issuer that only a proxy can reach is asked through it', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const documents: Record<string, object> = {
    '/.well-known/openid-configuration': { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` },
    '/keys': { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] },
  };
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(documents[request.url ?? '']));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startHttpProxy((server.address() as AddressInfo).port);
  try {
    const config = new Config({
      NODE_ENV: 'test',
      DATA_DIR: tmpdir(),
      JWT_SECRET: 'x'.repeat(32),
      OIDC_ISSUER: ISSUER,
      OIDC_AUDIENCE: 'parley',
      HTTP_PROXY: proxy.url,
    });
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(ISSUER)
      .setAudience('parley')
      .setSubject('ada')
      .setExpirationTime('5 minutes')
      .sign(privateKey);
    expect(await new OidcVerifier(config).verify(token)).toMatchObject({ sub: 'ada' });
    expect(proxy.asked).toEqual([`GET ${ISSUER}/.well-known/openid-configuration`, `GET ${ISSUER}/keys`]);
  } finally {
    await proxy.close();
    server.close();
  }
});
