import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { uploaded } from '../support/upload.js';

interface User {
  id: string;
  email: string;
  groups: string[];
  is_active: boolean;
}
interface Event {
  action: string;
  outcome: string;
  actor_id: string | null;
  subject_id: string | null;
}
interface Page<T> {
  items: T[];
  next: string | null;
}

describe('accounts in the hands of admins', () => {
  let parley: TestApp;
  let token: string;
  let ada: Account;

  beforeAll(async () => {
    parley = await createTestApp(ADMIN_SETTINGS);
    token = await logInAsAdmin(parley.url);
    ada = await register(parley.url);
  });
  afterAll(() => parley?.close());

  const get = async <T>(path: string) => (await callJson<T>(parley.url, path, { token })).body;
  const users = (query: string) => get<Page<User>>(`/admin/users?${query}`);
  const audit = (query: string) => get<Page<Event>>(`/admin/audit?${query}`);
  const patch = (path: string, body: object, as = token) =>
    callJson<User>(parley.url, path, { method: 'PATCH', token: as, body });
  const change = (id: string, body: object, as = token) => patch(`/admin/users/${id}`, body, as);
  async function inDatabase(work: (client: Client) => Promise<unknown>): Promise<void> {
    const client = new Client({ connectionString: parley.databaseUrl });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
  const idsOf = ({ items }: Page<User>) => items.map(({ id }) => id);

  it('are listed in pages, newest first, and found by a part of their address', async () => {
    const newest = await register(parley.url);
    const first = await users('limit=1');
    expect(idsOf(first)).toEqual([newest.id]);
    const rest = await users(`limit=500&cursor=${first.next}`);
    expect(idsOf(rest)).not.toContain(newest.id);
    expect(idsOf(rest)).toContain(ada.id);
    expect(rest.next).toBeNull();
    expect(idsOf(await users(`q=${newest.email.slice(8, 30).toUpperCase()}`))).toEqual([newest.id]);
    expect((await users('q=%25')).items).toEqual([]);
    expect((await call(parley.url, '/admin/users?cursor=x', { token })).status).toBe(422);
  });

  it('are given groups and deactivated', async () => {
    const eve = await register(parley.url);
    const statusOf = async (path: string) =>
      (await call(parley.url, path, { token: eve.accessToken })).status;
    const promoted = await change(eve.id, { groups: ['admins', 'staff', 'staff'] });
    expect(promoted.body.groups).toEqual(['admins', 'staff']);
    expect(await statusOf('/admin/users')).toBe(200);
    expect((await change(eve.id, { groups: [] })).body.groups).toEqual([]);
    expect(await statusOf('/admin/users')).toBe(403);
    expect((await change(eve.id, { is_active: false })).body.is_active).toBe(false);
    expect(await statusOf('/user')).toBe(401);
    expect(idsOf(await users(`q=${eve.email}&is_active=false`))).toEqual([eve.id]);
  });

  it('are not changed without permission: the group of admins has no rights over superusers', async () => {
    const deputy = await register(parley.url);
    await change(deputy.id, { groups: ['admins'] });
    const [root = ''] = idsOf(await users('q=root@example.com'));
    expect((await change(root, { is_active: false }, deputy.accessToken)).status).toBe(403);
    const reset = `/admin/users/${root}/reset-token`;
    expect((await call(parley.url, reset, { method: 'POST', token: deputy.accessToken })).status).toBe(403);
    expect((await change(root, { is_active: false })).status).toBe(409);
    expect((await change(ada.id, { is_active: false }, ada.accessToken)).status).toBe(403);
  });

  it('get a new password with a token from an admin', async () => {
    const eve = await register(parley.url);
    const path = `/admin/users/${eve.id}/reset-token`;
    const handed = await callJson<{ token: string }>(parley.url, path, { method: 'POST', token });
    expect(handed.status).toBe(200);
    const password = 'chosen by eve herself';
    const body = { token: handed.body.token, password };
    expect((await call(parley.url, '/auth/reset-password', { body })).status).toBe(200);
    expect((await call(parley.url, '/auth/login', { body: { email: eve.email, password } })).status).toBe(
      200,
    );
  });

  it('get groups by PATCH /users/{id}, and no silence where that is not allowed', async () => {
    const eve = await register(parley.url);
    expect(await patch('/users/me', { groups: ['admins'] }, eve.accessToken)).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'groups'] }] },
    });
    expect((await patch(`/users/${eve.id}`, { groups: ['admins'] })).status).toBe(200);
    expect((await users(`q=${eve.email}`)).items).toMatchObject([{ groups: ['admins'] }]);
  });

  it('leave a trail of sign-ins, changes and deletions', async () => {
    const eve = await register(parley.url);
    await call(parley.url, '/auth/login', { body: { email: eve.email, password: 'wrong' } });
    await call(parley.url, '/auth/login', { body: eve });
    const as = { token: eve.accessToken };
    const file = await uploaded(parley.url, eve.accessToken, { name: 'eve.md', bytes: 'Soon deleted.' });
    const deleted = await call(parley.url, `/attachments/${file}`, { ...as, method: 'DELETE' });
    const key = await callJson<{ id: string }>(parley.url, '/users/me/keys', {
      ...as,
      body: { name: 'a key', scopes: ['documents:write'] },
    });
    await change(eve.id, { is_verified: true });
    const mine = await audit(`actor_id=${eve.id}`);
    expect(mine.items.map(({ action, outcome, subject_id }) => [action, outcome, subject_id])).toEqual([
      ['createApiKey', 'ok', key.body.id],
      ['deleteAttachment', 'ok', file],
      ['logIn', 'ok', null],
    ]);
    expect(mine.items[1]).toMatchObject({
      address: '127.0.0.1',
      credential: 'log-in',
      request_id: deleted.headers.get('x-request-id'),
    });
    const failed = (await audit('action=logIn')).items.find(({ outcome }) => outcome === 'refused');
    expect(failed).toMatchObject({ actor_id: null, address: '127.0.0.1' });
    for (const action of ['updateUserAsAdmin', 'register'])
      expect((await audit(`action=${action}&limit=1`)).items).toMatchObject([{ subject_id: eve.id }]);
    const page = await audit('limit=2');
    expect((await audit(`limit=2&cursor=${page.next}`)).items).not.toEqual(page.items);
  });

  it('end in the trail with its retention', async () => {
    const eve = await register(parley.url);
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await inDatabase(async (client) => {
      for (const [i, days] of [20, 40, 366, 800].entries())
        await client.query(
          `INSERT INTO audit_events (id, at, action, outcome, actor_id) VALUES ($1, $2, 'an-act', 'ok', $3)`,
          [uuidv7({ msecs: daysAgo(days).getTime(), seq: i }), daysAgo(days), eve.id],
        );
    });
    const replica = await createTestApp({ DATABASE_URL: parley.databaseUrl, AUDIT_RETENTION_DAYS: '365' });
    const seen = async () => (await audit(`actor_id=${eve.id}`)).items.length;
    await eventually(async () => expect(await seen()).toBe(2));
    await replica.close();
    const shorter = await createTestApp({ DATABASE_URL: parley.databaseUrl, AUDIT_RETENTION_DAYS: '30' });
    await eventually(async () => expect(await seen()).toBe(1));
    await shorter.close();
  });

  it('cannot be changed in the trail, not even in the database', () =>
    inDatabase(async (client) => {
      for (const statement of ['DELETE FROM', 'TRUNCATE'])
        await expect(client.query(`${statement} audit_events`)).rejects.toThrow('append-only');
      for (const update of [
        "action = 'nothing'",
        'actor_id = NULL',
        'subject_id = gen_random_uuid()',
        'address = NULL',
      ])
        await expect(client.query(`UPDATE audit_events SET ${update}`)).rejects.toThrow('append-only');
    }));
});
