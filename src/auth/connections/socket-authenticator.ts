import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import passport from 'passport';
import { ParleyError } from '../../common/errors.js';
import { forRequest } from '../passport-options.js';
import type { Principal } from '../principal.js';
import { JwtSocketStrategy } from '../strategies/jwt-socket.strategy.js';
import type { OpenConnection } from './open-connection.js';

/** Authenticates the upgrade requests of WebSockets, which pass no guard, and the tokens that renew them. */
@Injectable()
export class SocketAuthenticator {
  constructor(private readonly jwtSocket: JwtSocketStrategy) {}

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
        else resolve(principal || null);
      };
      passport.authenticate(forRequest(this.jwtSocket), { session: false }, settle)(
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
