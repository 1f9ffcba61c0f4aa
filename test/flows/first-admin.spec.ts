import { createTestApp, type TestApp } from '../support/app.js';
import { createDatabase } from '../support/database.js';
import { callJson } from '../support/client.js';

const ADMIN = { email: 'Root@example.com', password: 'chosen by the operator' };
const SETTINGS = { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password };

describe('the first admin', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  /** Runs an application over the database of the test. */
  async function during<T>(settings: Record<string, string>, use: (app: TestApp) => Promise<T>): Promise<T> {
    const parley = await createTestApp({ DATABASE_URL: database.url, ...settings });
    try {
      return await use(parley);
    } finally {
      await parley.close();
    }
  }

  async function logIn({ url }: TestApp, credentials: typeof ADMIN): Promise<string | undefined> {
    const { body } = await callJson<{ access_token?: string }>(url, '/auth/login', { body: credentials });
    return body.access_token;
  }

  const callerOf = async (parley: TestApp, credentials = ADMIN) =>
    (await callJson(parley.url, '/user', { token: await logIn(parley, credentials) })).body;

  it('is made once by two processes that start together', async () => {
    const callers = await Promise.all([during(SETTINGS, callerOf), during(SETTINGS, callerOf)]);
    expect(callers[0]).toMatchObject({ email: ADMIN.email, groups: ['admins'], is_admin: true });
    expect(callers[1]).toEqual(callers[0]);
  }, 30_000);

  it('keeps a password it has chosen since', async () => {
    const password = 'chosen by the admin';
    await during(SETTINGS, async (parley) => {
      const token = await logIn(parley, ADMIN);
      const body = { password, current_password: ADMIN.password };
      await callJson(parley.url, '/users/me', { method: 'PATCH', body, token });
    });
    await during(SETTINGS, async (parley) => {
      expect(await logIn(parley, ADMIN)).toBeUndefined();
      expect(await callerOf(parley, { ...ADMIN, password })).toMatchObject({ is_admin: true });
    });
  }, 30_000);

  it('is an account registered before only when ADMIN_PASSWORD opens it', async () => {
    const eve = { email: 'root@example.com', password: 'chosen by somebody else' };
    await during({}, ({ url }) => callJson(url, '/auth/register', { body: eve }));
    await during(SETTINGS, async (parley) => {
      expect(await callerOf(parley, eve)).toMatchObject({ groups: [], is_admin: false });
    });
    await during({ ...SETTINGS, ADMIN_PASSWORD: eve.password }, async (parley) => {
      expect(await callerOf(parley, eve)).toMatchObject({ groups: ['admins'], is_admin: true });
    });
  }, 30_000);
});
