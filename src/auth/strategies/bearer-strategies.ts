import { Injectable } from '@nestjs/common';
import type { Strategy } from 'passport';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';
import { OidcStrategy } from './oidc.strategy.js';
import { TicketStrategy } from './ticket.strategy.js';

/** Every way of authenticating by a Bearer token, over HTTP and WebSocket, in the order in which they are tried. */
@Injectable()
export class BearerStrategies {
  readonly all: readonly Strategy[];
  /** Those of sockets: tickets open nothing else. */
  readonly ofSockets: readonly Strategy[];

  constructor(apiKey: ApiKeyStrategy, oidc: OidcStrategy, jwt: JwtStrategy, ticket: TicketStrategy) {
    this.all = [apiKey, oidc, jwt];
    this.ofSockets = [ticket, ...this.all];
  }
}
