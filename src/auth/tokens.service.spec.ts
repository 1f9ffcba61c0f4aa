import { randomUUID } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { Config } from '../config/config.js';
import { ACCESS_SECONDS, REFRESH_SECONDS, TokensService } from './tokens.service.js';

const secret = 'a secret that is long enough to sign with';
const tokens = new TokensService(new Config({ JWT_SECRET: secret }));
const id = randomUUID();
const account = {
  id,
  email: 'Ada@example.com',
  name: null,
  groups: ['admins'],
  isActive: true,
  isSuperuser: false,
  tokenEpoch: 0,
};
const audience = ['fastapi-users:auth'];
const now = () => Math.floor(Date.now() / 1000);

const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A forged token. */
function forge(claims: object, options: object = {}, key = secret): string {
  return new JwtService({ secret: key }).sign(claims, options);
}

describe('access tokens', () => {
  it('have the claims of the contract and no others', () => {
    const { iat, exp, ...claims } = payloadOf(tokens.signAccess(account));
    expect(claims).toEqual({
      sub: id,
      aud: audience,
      type: 'access',
      email: 'Ada@example.com',
      name: null,
      groups: ['admins'],
    });
    expect(Number(exp) - Number(iat)).toBe(ACCESS_SECONDS);
  });

  it('are read back', () => {
    expect(tokens.readAccess(tokens.signAccess(account))).toMatchObject({ sub: id, type: 'access' });
  });

  const good = { sub: id, type: 'access', aud: audience, exp: now() + 60 };
  const { exp: _, ...everlasting } = good;
  it.each([
    ['signed with another secret', forge(good, {}, 'another secret that is long enough to sign')],
    ['signed with another algorithm', forge(good, { algorithm: 'HS512' })],
    [
      'not signed',
      `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${forge(good).split('.')[1]}.`,
    ],
    ['without an end', forge(everlasting)],
    ['that has expired', forge({ ...good, exp: now() - 1 })],
    ['for another audience', forge({ ...good, aud: ['fastapi-users:reset'] })],
    ['for no audience', forge({ sub: id, type: 'access', exp: now() + 60 })],
    ['of another type', forge({ ...good, type: 'refresh' })],
    ['whose subject is no UUID', forge({ ...good, sub: 'root' })],
    [
      'that is a refresh token',
      tokens.signRefresh({ id, userId: id, expiresAt: new Date((now() + 60) * 1000) }),
    ],
    ['that was mailed', tokens.signReset(id, 'hash')],
    ['that is no token', 'abc'],
    ['that is empty', ''],
  ])('%s are refused', (_kind, token) => {
    expect(tokens.readAccess(token)).toBeNull();
  });

  it('are accepted when made as the refused ones are, but right', () => {
    expect(tokens.readAccess(forge(good))).not.toBeNull();
  });
});

describe('refresh tokens', () => {
  const expiresAt = new Date((now() + REFRESH_SECONDS) * 1000);
  const parts = { id: randomUUID(), userId: id, expiresAt };

  it('have the claims of the contract and no others', () => {
    const exp = expiresAt.getTime() / 1000;
    expect(payloadOf(tokens.signRefresh(parts))).toEqual({
      sub: id,
      type: 'refresh',
      jti: parts.id,
      iat: exp - REFRESH_SECONDS,
      exp,
    });
  });

  it('are equal for equal parts', () => {
    expect(tokens.signRefresh(parts)).toBe(tokens.signRefresh({ ...parts }));
  });

  it('are not accepted as access tokens, and vice versa', () => {
    expect(tokens.readRefresh(tokens.signRefresh(parts))).toMatchObject({ sub: id, jti: parts.id });
    expect(tokens.readRefresh(tokens.signAccess(account))).toBeNull();
  });
});

describe('mailed tokens', () => {
  it('for a reset fit the password they were made for and no other', () => {
    const claims = tokens.readReset(tokens.signReset(id, 'old hash'));
    expect(claims && [tokens.fits(claims, 'old hash'), tokens.fits(claims, 'new hash')]).toEqual([
      true,
      false,
    ]);
    expect(claims && Number(claims.exp) - now()).toBeCloseTo(3600, -1);
  });

  it('of one kind are not those of the other', () => {
    expect(tokens.readVerify(tokens.signReset(id, 'hash'))).toBeNull();
    expect(tokens.readReset(tokens.signVerify(id, 'a@example.com'))).toBeNull();
    expect(tokens.readVerify(tokens.signVerify(id, 'a@example.com'))).toMatchObject({
      sub: id,
      email: 'a@example.com',
    });
  });

  it('do not carry the hash', () => {
    expect(JSON.stringify(payloadOf(tokens.signReset(id, 'old hash')))).not.toContain('old hash');
  });
});
