import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { tokenOf } from '../token-of-request.js';
import type { Principal } from '../principal.js';
import { RequestStrategy } from './request.strategy.js';

/** API key as Bearer token, accepted wherever an access token is. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(RequestStrategy, 'api-key') {
  constructor(private readonly keys: ApiKeysService) {
    super();
  }

  /** @throws ParleyError `unauthenticated` for a key that is not good */
  async validate(request: Request): Promise<Principal | null> {
    const token = tokenOf(request);
    return token === null ? null : this.keys.identify(token);
  }
}
