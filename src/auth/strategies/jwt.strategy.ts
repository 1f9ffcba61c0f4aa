import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { tokenOf } from '../token-of-request.js';
import { TokensService } from '../tokens.service.js';

/** An access token of Parley's own, of a request or of a WebSocket's upgrade. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    tokens: TokensService,
    private readonly authenticator: Authenticator,
  ) {
    super({ ...tokens.accessVerification, jwtFromRequest: tokenOf });
  }

  /** @throws ParleyError `unauthenticated` */
  validate(claims: unknown): Promise<Principal> {
    return this.authenticator.identify(claims);
  }
}
