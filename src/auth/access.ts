import { applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ParleyError } from '../common/errors.js';
import { Audited } from './audit/audited.decorator.js';
import type { Principal } from './principal.js';
import type { Demand } from './scopes.js';

/** Access level of a route: public, authenticated, or a rank. */
export type Access = 'public' | 'user' | 'admin' | 'superuser';

/** Marks a handler or a controller; without a mark a route is for any user. */
export const RouteAccess = Reflector.createDecorator<Access>();

/** For members of `ADMIN_GROUP` and superusers. */
export const AdminOnly = () => applyDecorators(RouteAccess('admin'), Audited());

export const SuperuserOnly = () => applyDecorators(RouteAccess('superuser'), Audited());

/**
 * The scope a route requires of an API key. Unmarked routes reject keys, except admin routes, which require the
 * scope `admin`.
 */
export const RequireScope = Reflector.createDecorator<Demand>();

export const notAuthenticated = (detail = 'Not authenticated') =>
  new ParleyError('unauthenticated', 'not-authenticated', detail);

/** @throws ParleyError `forbidden` when the caller's rank is insufficient */
export function checkRank(access: Access, principal: Principal): void {
  if (access === 'superuser' && !principal.isSuperuser)
    throw new ParleyError('forbidden', 'superuser-only', 'Forbidden');
  if (access === 'admin' && !principal.isAdmin)
    throw new ParleyError('forbidden', 'admin-only', 'Admin only');
}

/** The scope required by a route. */
export const demandOf = (marked: Demand | undefined, access: Access): Demand =>
  marked ?? (access === 'admin' || access === 'superuser' ? 'admin' : 'log-in');

/** Whether the caller's credential has a scope; a log-in credential has all. */
export const hasScope = ({ credential: { key } }: Principal, demand: Demand): boolean =>
  key === undefined || demand === 'any' || (demand !== 'log-in' && key.scopes.includes(demand));

/** @throws ParleyError `forbidden` when the caller's API key lacks the scope */
export function checkScope(demand: Demand, principal: Principal): void {
  if (hasScope(principal, demand)) return;
  const detail =
    demand === 'log-in' ? 'An API key cannot be used here' : `The API key lacks the scope ${demand}`;
  throw new ParleyError('forbidden', 'missing-scope', detail);
}

/** The Bearer token of an `Authorization` header; null without one. */
export const bearerToken = (header: string | undefined): string | null =>
  /^bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1] ?? null;
