import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import type { Principal } from '../principal.js';
import { hasScope } from '../access.js';
import { authenticate } from '../strategies/authenticate.js';
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
  async authenticate(
    request: Pick<IncomingMessage, 'headers'> & { token: string | null },
  ): Promise<Principal | null> {
    try {
      const principal = await authenticate(this.strategies.ofSocket(request.token), request);
      // All sockets belong to chats.
      return principal && hasScope(principal, 'chat') ? principal : null;
    } catch (error) {
      if (error instanceof ParleyError && error.kind === 'unauthenticated') return null;
      throw error;
    }
  }

  /**
   * Renews the authorization of a connection.
   * @returns false when the token is invalid or belongs to another account: the connection is then unchanged
   */
  async renew(connection: OpenConnection, token: string): Promise<boolean> {
    const principal = await this.authenticate({ headers: {}, token }).catch(() => null);
    return principal !== null && connection.renew(principal);
  }
}
