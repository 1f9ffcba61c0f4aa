import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { TokensService } from '../tokens.service.js';

/** An access token in the query, `?token=…`, where a WebSocket is opened: browsers can set no headers there. */
@Injectable()
export class JwtQueryStrategy extends PassportStrategy(Strategy, 'jwt-query') {
  constructor(
    tokens: TokensService,
    private readonly authenticator: Authenticator,
  ) {
    super({ ...tokens.accessVerification, jwtFromRequest: ExtractJwt.fromUrlQueryParameter('token') });
  }

  /** @throws ParleyError `unauthenticated` */
  validate(claims: unknown): Promise<Principal> {
    return this.authenticator.identify(claims);
  }
}
