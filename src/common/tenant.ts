/** Owner of documents: the system (shared by all users), or one user. */
export type Tenant = 'system' | `user:${string}`;

export const tenantOf = (ownerId: string): Tenant => `user:${ownerId}`;
