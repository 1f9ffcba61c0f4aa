import type { AuthModuleOptions } from '@nestjs/passport';
import type { Strategy } from 'passport';
import { forRequest } from './strategies/authenticate.js';

/**
 * Options of a passport guard that uses a strategy instance instead of a registered name.
 * @param property of the request that receives the strategy's result
 */
export const passportOptions = (property: string, strategy: Strategy): AuthModuleOptions => ({
  property,
  get defaultStrategy() {
    return forRequest(strategy) as never;
  },
});
