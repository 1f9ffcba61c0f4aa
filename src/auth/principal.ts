import type { Scope } from './scopes.js';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The authenticated caller. */
export interface Principal {
  /** The account's UUID. */
  id: string;
  email: string;
  name: string | null;
  groups: string[];
  isSuperuser: boolean;
  /** A superuser, or a member of `ADMIN_GROUP`. */
  isAdmin: boolean;
  credential: Credential;
}

/** A verified credential and its expiry. */
export interface Credential {
  /** Null for an API key without expiry. */
  expiresAt: Date | null;
  /** Of an access token: the account's token epoch at its issue. A different current epoch revokes it. */
  epoch?: number;
  /** Of an issuer's token: its groups replace the account's. */
  groups?: string[];
  /** Set for an API key. */
  key?: { id: string; scopes: readonly Scope[] };
}

/** The additional subjects whose budgets a run of this caller counts against. */
export const payerOf = ({
  credential,
  groups,
}: Principal): { keyId?: string; groups: readonly string[] } => ({
  keyId: credential.key?.id,
  groups,
});

/** The part of a request that the guard fills in. */
export interface WithPrincipal {
  principal?: Principal;
}

/** Hands the caller's `Principal` to a handler. Not available on a public route, where no caller is authenticated. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<WithPrincipal>();
  if (!principal) throw new Error('@CurrentUser() stands on a route without a caller');
  return principal;
});
