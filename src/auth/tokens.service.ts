import { createHash, createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import { epochSeconds } from '../common/time/epoch.js';
import { Config } from '../config/config.js';
import type { Account } from '../database/repositories/users.repository.js';

/** Life of an access token from the Movie Finder's routes, in seconds. */
export const ACCESS_SECONDS = 30 * 60;
/** Lifetime of an access token from `/auth/jwt/login`, which has no refresh token. */
export const STANDALONE_ACCESS_SECONDS = 60 * 60;
export const REFRESH_SECONDS = 7 * 24 * 60 * 60;
/** Lifetime of tokens sent by mail. */
const MAIL_TOKEN_SECONDS = 60 * 60;
/** Lifetime of a password reset token. */
export const RESET_SECONDS = MAIL_TOKEN_SECONDS;

const ACCESS_AUDIENCE = 'fastapi-users:auth';
const RESET_AUDIENCE = 'fastapi-users:reset';
const VERIFY_AUDIENCE = 'fastapi-users:verify';

// The library accepts tokens that never expire; ours always do.
const base = z.object({ sub: z.guid(), exp: z.int() });
export const accessClaims = base.extend({ type: z.literal('access'), epoch: z.int().min(0).default(0) });
const refreshClaims = base.extend({ type: z.literal('refresh'), jti: z.guid() });
const resetClaims = base.extend({ password_fgpt: z.string() });
const verifyClaims = base.extend({ email: z.string() });

/** Parts of a refresh token; equal parts give the same token, byte for byte. */
export interface RefreshParts {
  /** The `jti`. */
  id: string;
  userId: string;
  /** In whole seconds. */
  expiresAt: Date;
}

/** Signs and verifies all tokens. Reading returns null for a token that is invalid or of another kind. */
@Injectable()
export class TokensService {
  /** Verification options of access tokens, for `passport-jwt`. */
  readonly accessVerification: { secretOrKey: Buffer; algorithms: ['HS256']; audience: string };
  private readonly jwt: JwtService;

  constructor(config: Config) {
    // As a string, each verification would first try to parse it as a public key: 520 µs instead of 17.
    const secret = createSecretKey(config.jwtSecret, 'utf8');
    // passport-jwt passes the key to a library that accepts a KeyObject; its own types lack it.
    this.accessVerification = {
      secretOrKey: secret as unknown as Buffer,
      algorithms: ['HS256'],
      audience: ACCESS_AUDIENCE,
    };
    this.jwt = new JwtService({
      secret,
      signOptions: { algorithm: 'HS256' },
      verifyOptions: { algorithms: ['HS256'] },
    });
  }

  /** The epoch is a claim unless it is the first one: then the claims are exactly the documented ones. */
  signAccess({ id, email, name, groups, tokenEpoch }: Account, seconds = ACCESS_SECONDS): string {
    const epoch = tokenEpoch > 0 ? { epoch: tokenEpoch } : {};
    const claims = { sub: id, aud: [ACCESS_AUDIENCE], type: 'access', email, name, groups, ...epoch };
    return this.jwt.sign(claims, { expiresIn: seconds });
  }

  signRefresh({ id, userId, expiresAt }: RefreshParts): string {
    const exp = epochSeconds(expiresAt);
    return this.jwt.sign({ sub: userId, type: 'refresh', jti: id, iat: exp - REFRESH_SECONDS, exp });
  }

  /** Valid for one change of the account's current password. */
  signReset(userId: string, passwordHash: string): string {
    const claims = { sub: userId, password_fgpt: fingerprint(passwordHash), aud: RESET_AUDIENCE };
    return this.jwt.sign(claims, { expiresIn: MAIL_TOKEN_SECONDS });
  }

  /** Valid for the account's current address. */
  signVerify(userId: string, email: string): string {
    return this.jwt.sign({ sub: userId, email, aud: VERIFY_AUDIENCE }, { expiresIn: MAIL_TOKEN_SECONDS });
  }

  readAccess(token: string): z.output<typeof accessClaims> | null {
    return this.read(token, accessClaims, ACCESS_AUDIENCE);
  }

  readRefresh(token: string): z.output<typeof refreshClaims> | null {
    return this.read(token, refreshClaims);
  }

  readReset(token: string): z.output<typeof resetClaims> | null {
    return this.read(token, resetClaims, RESET_AUDIENCE);
  }

  readVerify(token: string): z.output<typeof verifyClaims> | null {
    return this.read(token, verifyClaims, VERIFY_AUDIENCE);
  }

  /** True when a reset token was made for this very password. */
  fits(claims: z.output<typeof resetClaims>, passwordHash: string): boolean {
    return claims.password_fgpt === fingerprint(passwordHash);
  }

  private read<T extends z.ZodType>(token: string, schema: T, audience?: string): z.output<T> | null {
    try {
      const claims: unknown = this.jwt.verify(token, audience ? { audience } : {});
      return schema.safeParse(claims).data ?? null;
    } catch {
      return null;
    }
  }
}

const fingerprint = (passwordHash: string) => createHash('sha256').update(passwordHash).digest('base64url');
