import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-jwt';
import type { SocketRequest } from '../../common/sockets/ws.adapter.js';
import { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { TokensService } from '../tokens.service.js';

/** The access token of an upgrade request, in any of the places where the WebSocket adapter looks for it. */
@Injectable()
export class JwtSocketStrategy extends PassportStrategy(Strategy, 'jwt-socket') {
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

const tokenOf = (request: Request & Partial<SocketRequest>) => request.token ?? null;
