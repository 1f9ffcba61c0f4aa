import { Injectable } from '@nestjs/common';
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  jwtVerify,
  type FetchImplementation,
  type JWTPayload,
} from 'jose';
import { fetch, type RequestInit } from 'undici';
import { z } from 'zod';
import { createHttpAgent } from '../../adapters/openai/http-agent.js';
import { ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';

/** For each answer of the issuer. */
const DEADLINE_MS = 5_000;
/** An unknown key id causes the keys to be fetched again, but not more often than this: anyone can send a key id. */
const COOLDOWN_MS = 5_000;
/** Delay before the next attempt when the issuer could not be reached. */
const PAUSE_MS = 10_000;

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });
type Keys = ReturnType<typeof createRemoteJWKSet>;

/** A token of the configured issuer whose signature, audience and times are right. */
export type OidcClaims = JWTPayload & { sub: string; exp: number };

/** Verifies tokens of the OpenID issuer. No content of a token leads to a request: only the issuer is contacted. */
@Injectable()
export class OidcVerifier {
  private keys: Promise<Keys> | undefined;

  /** `fetch` through a proxy if configured. */
  private readonly fetch: (url: string, init: RequestInit) => ReturnType<typeof fetch>;

  constructor(private readonly config: Config) {
    const dispatcher = createHttpAgent(config.env, {});
    this.fetch = (url, init) => fetch(url, { ...init, dispatcher });
  }

  /** Whether a token claims to be the issuer's; false while none is configured. */
  isFromIssuer(token: string): boolean {
    const issuer = this.config.env.OIDC_ISSUER;
    if (!issuer) return false;
    try {
      return decodeJwt(token).iss === issuer;
    } catch {
      return false;
    }
  }

  /**
   * @returns null for a token that is not good
   * @throws ParleyError `unavailable` when the issuer's keys could not be fetched
   */
  async verify(token: string): Promise<OidcClaims | null> {
    const { OIDC_ISSUER, OIDC_AUDIENCE, OIDC_ALGORITHMS, OIDC_CLOCK_SKEW_SECONDS } = this.config.env;
    try {
      const keys = await (this.keys ??= this.discover(OIDC_ISSUER ?? ''));
      const { payload } = await jwtVerify(token, keys, {
        issuer: OIDC_ISSUER,
        audience: OIDC_AUDIENCE,
        algorithms: OIDC_ALGORITHMS,
        clockTolerance: OIDC_CLOCK_SKEW_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return payload.sub ? (payload as OidcClaims) : null;
    } catch (error) {
      if (isFaultOfToken(error)) return null;
      const detail = 'The identity provider cannot be reached. Please try again later.';
      throw new ParleyError('unavailable', 'issuer-unavailable', detail, { cause: error, retryAfter: 10 });
    }
  }

  private async discover(issuer: string): Promise<Keys> {
    try {
      const response = await this.fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const found = metadata.parse(await response.json());
      if (found.issuer !== issuer) throw new Error(`OIDC_ISSUER publishes another issuer: ${found.issuer}`);
      return createRemoteJWKSet(new URL(found.jwks_uri), {
        timeoutDuration: DEADLINE_MS,
        cooldownDuration: COOLDOWN_MS,
        [customFetch]: this.fetch as unknown as FetchImplementation,
      });
    } catch (error) {
      setTimeout(() => (this.keys = undefined), PAUSE_MS).unref();
      throw error;
    }
  }
}

/** Whether an error is caused by the token: jose has specific codes for these, unlike errors of fetching keys. */
function isFaultOfToken(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return /^ERR_J(WT|WS|OSE_ALG|OSE_NOT|WKS_NO_MATCHING|WKS_MULTIPLE)/.test(code);
}
