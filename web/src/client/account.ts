// Signing in and out.

import { send, sendJson } from './http.js';
import { clearSession, noteCaller, readSession, startSession } from './session.js';

export async function register(email: string, password: string): Promise<void> {
  startSession(await sendJson('/auth/register', { body: { email, password }, isPublic: true }));
  await loadCaller();
}

/** @param code set-up code, printed by the server at its start */
export async function createFirstAdmin(email: string, password: string, code: string): Promise<void> {
  startSession(await sendJson('/auth/first-admin', { body: { email, password, code }, isPublic: true }));
  await loadCaller();
}

/** @param token of a link to set a new password */
export const resetPassword = (token: string, password: string) =>
  send('/auth/reset-password', { body: { token, password }, isPublic: true });

export async function signIn(email: string, password: string): Promise<void> {
  startSession(await sendJson('/auth/login', { body: { email, password }, isPublic: true }));
  await loadCaller();
}

export async function signOut(): Promise<void> {
  const refreshToken = readSession()?.refreshToken;
  clearSession();
  if (refreshToken) await send('/auth/logout', { body: { refresh_token: refreshToken }, isPublic: true });
}

export async function loadCaller(): Promise<void> {
  noteCaller(await sendJson('/user', { isQuiet: true }));
}
