/** Whose documents these are: everybody's, or one user's own. */
export type Tenant = 'system' | `user:${string}`;

export const tenantOf = (ownerId: string): Tenant => `user:${ownerId}`;
