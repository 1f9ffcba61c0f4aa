/** API key scopes. */
export const SCOPES = ['chat', 'conversations:read', 'documents:read', 'documents:write', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Requirement of a route for API keys: a scope, any key, or no key but a log-in. */
export type Demand = Scope | 'any' | 'log-in';
