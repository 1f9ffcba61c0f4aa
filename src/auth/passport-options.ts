import type { AuthModuleOptions } from '@nestjs/passport';
import type { Strategy } from 'passport';

/**
 * Options of a passport guard that uses these strategies themselves instead of their names, which all applications of a
 * process share. Passport leaves its callbacks on a strategy that it did not look up by name, so that each request needs
 * an instance of its own.
 * @param property of the request that gets what a strategy returns
 */
export const passportOptions = (property: string, ...strategies: Strategy[]): AuthModuleOptions => ({
  property,
  get defaultStrategy() {
    return strategies.map(forRequest) as never;
  },
});

/** An instance of a strategy for one request. */
export const forRequest = <T extends Strategy>(strategy: T): T => Object.create(strategy) as T;
