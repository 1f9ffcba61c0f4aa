import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Config } from '../../src/config/config.js';
import type { TestApp } from './app.js';
import { call } from './client.js';
import { eventually } from './eventually.js';

/** A file as a client has it. */
export interface ClientFile {
  name: string;
  bytes: string | Buffer;
}

/** Sends a file as a browser's form does. */
export function upload(
  url: string,
  path: string,
  token: string,
  { name, bytes }: ClientFile,
  headers: Record<string, string> = {},
): Promise<Response> {
  const body = new FormData();
  body.append('file', new Blob([bytes]), name);
  return fetch(url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...headers },
    body,
  });
}

/** Uploads a file for all conversations. @returns its id */
export async function uploaded(url: string, token: string, file: ClientFile): Promise<string> {
  const response = await upload(url, '/upload', token, file);
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

/** Uploads the first files of an account for all conversations, and resolves when they are indexed. */
export async function uploadIndexed(url: string, token: string, ...files: ClientFile[]): Promise<void> {
  for (const file of files) await uploaded(url, token, file);
  await eventually(async () => {
    const response = await call(url, '/attachments', { token });
    expect(await response.json()).toMatchObject({ items: files.map(() => ({ status: 'indexed' })) });
  }, 20_000);
}

/** The files below a folder of the app's data, `incoming` or `blobs`. */
export async function filesIn({ app }: TestApp, folder: 'incoming' | 'blobs'): Promise<string[]> {
  const root = join(app.get(Config).dataDir, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
