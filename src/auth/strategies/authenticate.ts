import type { IncomingMessage } from 'node:http';
import passport, { type Strategy } from 'passport';
import type { Principal } from '../principal.js';

/**
 * Asks a strategy who sends a request.
 * @returns null without valid credentials
 * @throws what the strategy throws
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
 * An instance of a strategy for one request. Passport leaves its callbacks on a strategy that it did not look up by name;
 * names are shared by all applications of a process.
 */
export const forRequest = <T extends Strategy>(strategy: T): T => Object.create(strategy) as T;
