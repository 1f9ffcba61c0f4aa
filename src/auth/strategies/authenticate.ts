import type { IncomingMessage } from 'node:http';
import passport, { type Strategy } from 'passport';
import type { Principal } from '../principal.js';

/**
 * Authenticates a request by a strategy.
 * @returns null without valid credentials
 * @throws the strategy's errors
 */
export function authenticate(
  strategy: Strategy,
  request: Pick<IncomingMessage, 'headers'>,
): Promise<Principal | null> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, principal?: Principal | false | null) =>
      error ? reject(error as Error) : resolve(principal || null);
    passport.authenticate(forRequest(strategy) as never, { session: false }, settle)(
      request,
      undefined,
      settle,
    );
  });
}

/**
 * A per-request instance of a strategy. Passport sets its callbacks on a strategy that is not looked up by name;
 * names would be shared by all applications of a process.
 */
export const forRequest = <T extends Strategy>(strategy: T): T => Object.create(strategy) as T;
