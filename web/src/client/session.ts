// The session: a token pair in the browser's storage, shared by all tabs. A refresh token can be used once, so only
// one tab at a time may renew it.

import { ROOT } from './root.js';
import { Signal } from './signal.js';

export interface Session {
  accessToken: string;
  refreshToken: string;
  email: string;
  isAdmin: boolean;
  userId: string;
}

interface TokenPair {
  access_token: string;
  refresh_token: string;
}

const KEY = 'parley.session';
/** Access tokens with less remaining lifetime are renewed before use. */
const MARGIN_MS = 60_000;

export const session = new Signal<Session | null>(readSession());
globalThis.addEventListener?.('storage', ({ key }: StorageEvent) => {
  if (key === KEY || key === null) session.set(readSession());
});

export function readSession(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Session | null;
  } catch {
    return null;
  }
}

export function startSession(tokens: TokenPair): void {
  const claims = claimsOf(tokens.access_token);
  store({
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    email: String(claims.email ?? ''),
    userId: String(claims.sub ?? ''),
    isAdmin: readSession()?.isAdmin ?? false,
  });
}

export function noteCaller(caller: { is_admin: boolean; email: string }): void {
  const now = readSession();
  if (now) store({ ...now, isAdmin: caller.is_admin, email: caller.email });
}

/** Whether the API, not the user, ended the session. */
export const hasExpired = new Signal(false);

export function clearSession({ isExpired = false } = {}): void {
  hasExpired.set(isExpired);
  localStorage.removeItem(KEY);
  session.set(null);
}

/**
 * Renews the tokens when the access token is about to expire.
 * @param isRefused the API has rejected the token, regardless of its expiry
 * @returns false when signed out
 */
export async function renewSession(isRefused = false): Promise<boolean> {
  const before = readSession();
  if (!before) return false;
  if (!isRefused && !isStale(before)) return true;
  const renew = async () => {
    const now = readSession();
    // Another tab has renewed them meanwhile.
    if (!now || now.accessToken !== before.accessToken) return now !== null;
    return spend(now);
  };
  return navigator.locks ? navigator.locks.request('parley.renew', renew) : renew();
}

async function spend(now: Session): Promise<boolean> {
  const response = await fetch(new URL('auth/refresh', ROOT), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: now.refreshToken }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status === 401 || response.status === 422) {
    clearSession({ isExpired: true });
    return false;
  }
  if (!response.ok) throw new TypeError(`refresh: HTTP ${response.status}`);
  startSession((await response.json()) as TokenPair);
  return true;
}

const isStale = ({ accessToken }: Session) =>
  Number(claimsOf(accessToken).exp ?? 0) * 1000 - Date.now() < MARGIN_MS;

function claimsOf(token: string): Record<string, unknown> {
  try {
    const bytes = Uint8Array.from(
      atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
      (c) => c.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function store(next: Session): void {
  localStorage.setItem(KEY, JSON.stringify(next));
  session.set(next);
}
