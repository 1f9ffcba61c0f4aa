import { Reflector } from '@nestjs/core';
import { ParleyError } from '../common/errors.js';
import type { Principal } from './principal.js';

/** Who may use a route: anybody, or a caller with a valid token and perhaps a rank. */
export type Access = 'public' | 'user' | 'admin' | 'superuser';

/** Marks a handler or a controller; without a mark a route is for any user. */
export const RouteAccess = Reflector.createDecorator<Access>();

/** For members of `ADMIN_GROUP` and superusers. */
export const AdminOnly = () => RouteAccess('admin');

export const SuperuserOnly = () => RouteAccess('superuser');

export const notAuthenticated = (detail = 'Not authenticated') =>
  new ParleyError('unauthenticated', 'not-authenticated', detail);

/** @throws ParleyError `forbidden` when the caller's rank does not suffice */
export function checkRank(access: Access, principal: Principal): void {
  if (access === 'superuser' && !principal.isSuperuser)
    throw new ParleyError('forbidden', 'superuser-only', 'Forbidden');
  if (access === 'admin' && !principal.isAdmin)
    throw new ParleyError('forbidden', 'admin-only', 'Admin only');
}

/** The token in an `Authorization` header; null when there is none of the Bearer scheme. */
export const bearerToken = (header: string | undefined): string | null =>
  /^bearer +(\S+)$/i.exec(header?.trim() ?? '')?.[1] ?? null;
