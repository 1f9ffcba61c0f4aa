import type { Config } from '../../config/config.js';

const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Origins of pages: a list, or a pattern. */
export type Origins = string[] | RegExp;

/** Allowed CORS origins: the setting; by default localhost in development, and none in production. */
export function allowedOrigins({ env }: Config): Origins {
  return env.CORS_ORIGINS ?? (env.NODE_ENV === 'production' ? [] : LOCALHOST);
}

export const isAmong = (origins: Origins, origin: string): boolean =>
  Array.isArray(origins) ? origins.includes(origin) : origins.test(origin);
