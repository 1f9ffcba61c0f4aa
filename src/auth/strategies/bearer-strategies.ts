import { Injectable } from '@nestjs/common';
import type { Strategy } from 'passport';
import { looksLikeApiKey } from '../api-keys/secret.js';
import { OidcVerifier } from '../oidc/oidc-verifier.js';
import { looksLikeTicket } from '../tickets/socket-tickets.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';
import { OidcStrategy } from './oidc.strategy.js';
import { TicketStrategy } from './ticket.strategy.js';

/** All strategies for Bearer tokens, over HTTP and WebSocket, selected by the token's format. */
@Injectable()
export class BearerStrategies {
  constructor(
    private readonly apiKey: ApiKeyStrategy,
    private readonly oidc: OidcStrategy,
    private readonly jwt: JwtStrategy,
    private readonly ticket: TicketStrategy,
    private readonly issuer: OidcVerifier,
  ) {}

  of(token: string | null): Strategy {
    if (token !== null && looksLikeApiKey(token)) return this.apiKey;
    if (token !== null && this.issuer.isFromIssuer(token)) return this.oidc;
    return this.jwt;
  }

  /** Strategy for a WebSocket's token; tickets are accepted only here. */
  ofSocket(token: string | null): Strategy {
    return token !== null && looksLikeTicket(token) ? this.ticket : this.of(token);
  }
}
