import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { OidcAccountsService } from '../oidc/oidc-accounts.service.js';
import type { Principal } from '../principal.js';
import { tokenOf } from '../token-of-request.js';
import { RequestStrategy } from './request.strategy.js';

/** A token of the configured OpenID issuer. */
@Injectable()
export class OidcStrategy extends PassportStrategy(RequestStrategy, 'oidc') {
  constructor(private readonly accounts: OidcAccountsService) {
    super();
  }

  /** @throws ParleyError `unauthenticated` for a token of the issuer that is not good */
  async validate(request: Request): Promise<Principal | null> {
    const token = tokenOf(request);
    return token === null ? null : this.accounts.identify(token);
  }
}
