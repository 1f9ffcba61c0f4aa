import { Injectable } from '@nestjs/common';
import type { Strategy } from 'passport';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Every way of authenticating by a Bearer token, over HTTP and WebSocket, in the order in which they are tried. */
@Injectable()
export class BearerStrategies {
  readonly all: readonly Strategy[];

  constructor(apiKey: ApiKeyStrategy, jwt: JwtStrategy) {
    this.all = [apiKey, jwt];
  }
}
