import { callJson } from './client.js';

const ADMIN = { email: 'root@example.com', password: 'chosen by the operator' };

/** Settings that make an admin at start. */
export const ADMIN_SETTINGS = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };

/** @returns an access token of that admin */
export async function logInAsAdmin(url: string): Promise<string> {
  const { body } = await callJson<{ access_token: string }>(url, '/auth/login', { body: ADMIN });
  return body.access_token;
}
