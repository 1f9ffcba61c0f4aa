import { randomUUID } from 'node:crypto';

/** A registered account and what it needs to call the API. */
export interface Account {
  id: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

export interface Call {
  method?: string;
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request as a client of the documents would make it. */
export function call(
  url: string,
  path: string,
  { method, token, body, headers }: Call = {},
): Promise<Response> {
  return fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** A call whose answer is JSON. */
export async function callJson<T = Record<string, unknown>>(
  url: string,
  path: string,
  options?: Call,
): Promise<{ status: number; body: T }> {
  const response = await call(url, path, options);
  return { status: response.status, body: (await response.json()) as T };
}

export async function register(url: string): Promise<Account> {
  const email = `someone-${randomUUID()}@example.com`;
  const password = 'correct horse battery';
  const { status, body } = await callJson<Record<string, string>>(url, '/auth/register', {
    body: { email, password },
  });
  if (status !== 201) throw new Error(`register: ${status} ${JSON.stringify(body)}`);
  return {
    id: body.id!,
    email,
    password,
    accessToken: body.access_token!,
    refreshToken: body.refresh_token!,
  };
}
