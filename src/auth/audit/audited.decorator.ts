import { UseInterceptors } from '@nestjs/common';
import { AuditInterceptor } from './audit.interceptor.js';

/**
 * Has the use of a handler written down: every deletion, every act of an admin (`@AdminOnly()` and `@SuperuserOnly()`
 * include it), and acts that concern an account's security. Not a global interceptor, which would put each request of a
 * chat through an Observable.
 */
export const Audited = () => UseInterceptors(AuditInterceptor);
