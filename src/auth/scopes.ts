/** What a key may be allowed to do. */
export const SCOPES = ['chat', 'conversations:read', 'documents:read', 'documents:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a route demands of a key: a scope, nothing in particular, or that it be no key but a log-in. */
export type Demand = Scope | 'any' | 'log-in';
