import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import passport from 'passport';
import { ParleyError } from '../../common/errors.js';
import { forRequest } from '../passport-options.js';
import type { Principal } from '../principal.js';
import { hasScope } from '../access.js';
import { BearerStrategies } from '../strategies/bearer-strategies.js';
import type { OpenConnection } from './open-connection.js';

/** Authenticates the upgrade requests of WebSockets, which pass no guard, and the tokens that renew them. */
@Injectable()
export class SocketAuthenticator {
  constructor(private readonly strategies: BearerStrategies) {}

  /**
   * @returns null without valid credentials
   * @throws the store's error when the account could not be looked up
   */
  authenticate(
    request: Pick<IncomingMessage, 'headers'> & { token: string | null },
  ): Promise<Principal | null> {
    return new Promise((resolve, reject) => {
      const settle = (error: unknown, principal?: Principal | false | null) => {
        if (error instanceof ParleyError && error.kind === 'unauthenticated') resolve(null);
        else if (error) reject(error);
        // Every socket is one of a chat.
        else resolve(principal && hasScope(principal, 'chat') ? principal : null);
      };
      passport.authenticate(this.strategies.ofSockets.map(forRequest) as never, { session: false }, settle)(
        request,
        undefined,
        settle,
      );
    });
  }

  /**
   * Lets a connection go on by a new token.
   * @returns false when the token is not valid or belongs to another account: then nothing has changed
   */
  async renew(connection: OpenConnection, token: string): Promise<boolean> {
    const principal = await this.authenticate({ headers: {}, token }).catch(() => null);
    return principal !== null && connection.renew(principal);
  }
}
