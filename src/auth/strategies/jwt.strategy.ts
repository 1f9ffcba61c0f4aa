import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { TokensService } from '../tokens.service.js';

/** An access token in the header `Authorization: Bearer …`. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    tokens: TokensService,
    private readonly authenticator: Authenticator,
  ) {
    super({ ...tokens.accessVerification, jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() });
  }

  /** @throws ParleyError `unauthenticated` */
  validate(claims: unknown): Promise<Principal> {
    return this.authenticator.identify(claims);
  }
}
