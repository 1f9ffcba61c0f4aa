import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { register } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { GitRepository } from '../support/git-repository.js';
import { unlike } from '../support/shape.js';

/** What the client documents print about files, run as it is written there; the rest is in seed-examples.spec.ts. */
describe('the examples of the client documents that are about files', () => {
  let materials: GitRepository;
  let parley: TestApp;
  let token: string;
  let admin: string;

  beforeAll(async () => {
    materials = await GitRepository.create();
    await materials.commit({ 'handbook.md': '# Handbook\n\nThirty days of leave a year.\n' });
    parley = await createTestApp({ ...ADMIN_SETTINGS, TRAINING_MATERIALS_REPO_URL: materials.url });
    token = (await register(parley.url)).accessToken;
    admin = await logInAsAdmin(parley.url);
  });
  afterAll(async () => {
    await parley?.close();
    await materials?.delete();
  });

  const fetch = (address: string, init?: RequestInit) =>
    globalThis.fetch(parley.url + new URL(address, 'http://0.0.0.0').pathname, init);
  const localStorage = { getItem: (_key: 'token') => token };
  /** @param body JSON as a document prints it, or a form */
  const send = (method: string, path: string, body?: string | FormData, as = token) =>
    fetch(path, {
      method,
      body,
      headers: {
        Authorization: `Bearer ${as}`,
        ...(typeof body === 'string' && { 'Content-Type': 'application/json' }),
      },
    });
  const manage = (path: string, body?: string) => send('POST', path, body, admin);
  async function answers<T>(response: Response, status: number, example: T): Promise<T> {
    const body = (await response.json()) as T;
    expect([response.status, unlike(body, example)]).toEqual([status, []]);
    return body;
  }
  const form = (name: string, content: string) => {
    const data = new FormData();
    data.append('file', new Blob([content]), name);
    return data;
  };

  it('uploads a file to a conversation of the agent desk, and shows it in the running table', async () => {
    const conversationID = '109c3d13-843b-42d9-b844-3e2f232a07c0';
    const currentConversationID = conversationID;
    const formData = form('testing features data.csv', 'feature,value\nspeed,3\n');
    const response = await fetch(`http://0.0.0.0/upload/${conversationID}`, {
      method: 'POST',
      body: formData,
      headers: {
        Authorization: `Bearer ${localStorage.getItem('token')}`,
      },
    });
    const rowid = 1;
    const added = await answers(response, 200, {
      message: 'File uploaded successfully!',
      file_path_db_rowid: rowid,
    });
    expect(added.message).toBe('File uploaded successfully!');

    const table = await fetch(`http://0.0.0.0/db/${currentConversationID}`, {
      headers: {
        Authorization: `Bearer ${localStorage.getItem('token')}`,
      },
    });
    expect(await table.json()).toEqual([
      {
        description: "User uploads file 'testing features data.csv', saving location is in this row.",
        rowid: added.file_path_db_rowid,
        type: 'userinput',
      },
    ]);
  });

  it('uploads, lists, sends back and deletes an attachment of the RAG assistant', async () => {
    const example = { id: 'an id', filename: 'notes.md', content_type: 'text/markdown' };
    const text = '# Notes\n\nWhat was said.\n';
    const { id, filename } = await answers(
      await send('POST', '/upload', form('notes.md', text)),
      201,
      example,
    );
    expect(filename).toBe('notes.md');
    const { items } = await answers(await send('GET', '/attachments'), 200, { items: [example] });
    expect(items).toContainEqual(expect.objectContaining({ id, filename: 'notes.md' }));
    expect(await (await send('GET', `/attachments/${id}/raw`)).text()).toBe(text);
    await answers(await send('DELETE', `/attachments/${id}`), 200, { status: 'deleted' });
    expect((await send('GET', `/attachments/${id}/raw`)).status).toBe(404);
  });

  it('lets an admin see all uploads, index one anew, and reload the index', async () => {
    const uploaded = await send('POST', '/upload', form('minutes.md', '# Minutes\n\nAll agreed.\n'));
    const { id } = await answers(uploaded, 201, { id: 'an id' });
    const row = { id: 'an id', filename: 'minutes.md', status: 'pending' };
    const { items } = await answers(await manage('/admin/uploads'), 200, { items: [row], total: 1 });
    expect(items).toContainEqual(expect.objectContaining({ id }));
    const queued = { status: 'queued', attachment_id: 'an id', job_id: 'a job' };
    await answers(await manage('/admin/ingest', JSON.stringify({ id })), 202, queued);
    await answers(await manage('/admin/reload'), 200, { status: 'ok', documents: 1 });
  });

  it('syncs the training materials, with and without a ref, and indexes them for all users', async () => {
    const report = {
      status: 'ok',
      git: { target: 'origin/main', current_commit: 'a commit', updated: true },
      ingest: { indexed: 1, skipped: 0, deleted: 0 },
    };
    const body = '{\n  "target_ref": "origin/main"\n}';
    const path = '/admin/training-materials/sync';
    const { git, ingest } = await answers(await manage(path, body), 200, report);
    expect([git.target, ingest.indexed]).toEqual(['origin/main', 1]);
    expect((await answers(await manage(path), 200, report)).git.updated).toBe(false);
    await eventually(async () => {
      const row = { filename: 'handbook.md', scope: 'system', status: 'indexed' };
      const { items } = await answers(await send('GET', '/attachments'), 200, { items: [row] });
      expect(items).toContainEqual(expect.objectContaining(row));
    }, 15_000);
  });

  it('keeps the routes of admins from others', async () => {
    for (const path of ['/admin/uploads', '/admin/ingest', '/admin/reload', '/admin/training-materials/sync'])
      expect((await send('POST', path)).status).toBe(403);
  });
});
