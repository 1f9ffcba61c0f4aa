import { randomUUID } from 'node:crypto';
import { FirstAdminSetup } from '../../src/auth/accounts/first-admin-setup.js';
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

  describe('by the code on the terminal', () => {
    const create = (parley: TestApp, body: object) =>
      callJson<{ access_token?: string; detail?: string }>(parley.url, '/auth/first-admin', { body });
    const codeOf = ({ app }: TestApp) => app.get(FirstAdminSetup).code();

    it(
      'is made once, however many try at once',
      () =>
        during({}, async (parley) => {
          const code = (await codeOf(parley))!.toLowerCase().replaceAll('-', ' ');
          expect(await create(parley, { ...ADMIN, code: 'AAAA-AAAA-AAAA' })).toMatchObject({
            status: 403,
            body: { detail: 'Wrong code. It is printed where Parley was started.' },
          });
          const answers = await Promise.all(
            ['one', 'two', 'three'].map((name) =>
              create(parley, { ...ADMIN, email: `${name}@example.com`, code }),
            ),
          );
          expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 404, 404]);
          const token = answers.find(({ status }) => status === 201)!.body.access_token;
          expect((await callJson(parley.url, '/user', { token })).body).toMatchObject({
            groups: ['admins'],
            is_admin: true,
          });
          expect((await create(parley, { ...ADMIN, code })).status).toBe(404);
          expect(await codeOf(parley)).toBeNull();
        }),
      30_000,
    );

    it('has the same code on every replica and after a restart, not made from any setting', async () => {
      const [one, two] = await Promise.all([during({}, codeOf), during({}, codeOf)]);
      expect(one).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      expect(two).toBe(one);
      expect(await during({ JWT_SECRET: randomUUID() }, codeOf)).toBe(one);
      const other = await createDatabase();
      try {
        expect(await during({ DATABASE_URL: other.url }, codeOf)).not.toBe(one);
      } finally {
        await other.drop();
      }
    }, 60_000);

    it(
      'is an account registered before only when its own password is given',
      () =>
        during({}, async (parley) => {
          const code = await codeOf(parley);
          await callJson(parley.url, '/auth/register', { body: ADMIN });
          expect(await create(parley, { ...ADMIN, password: 'chosen by somebody else', code })).toMatchObject(
            {
              status: 400,
              body: { detail: 'REGISTER_USER_ALREADY_EXISTS' },
            },
          );
          expect((await create(parley, { ...ADMIN, code })).status).toBe(201);
          expect(await callerOf(parley)).toMatchObject({ is_admin: true });
        }),
      30_000,
    );

    it(
      'is not guessed',
      () =>
        during({ RATE_LIMITS: 'on', TRUST_PROXY: '1' }, async (parley) => {
          // A network of its own: counts outlive a run of the tests.
          const headers = {
            'X-Forwarded-For': `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`,
          };
          const enter = (code: string) =>
            callJson(parley.url, '/auth/first-admin', { body: { ...ADMIN, code }, headers });
          const guess = () => enter('AAAA-AAAA-AAAA');
          const guesses = await Promise.all(Array.from({ length: 12 }, guess));
          expect(guesses.filter(({ status }) => status === 403)).toHaveLength(10);
          expect(guesses.filter(({ status }) => status === 429)).toHaveLength(2);
          expect((await enter((await codeOf(parley))!)).status).toBe(429);
        }),
      30_000,
    );

    it(
      'is not made where settings have made one',
      () =>
        during(SETTINGS, async (parley) => {
          const body = { email: 'eve@example.com', password: ADMIN.password, code: 'AAAA-AAAA-AAAA' };
          expect(await codeOf(parley)).toBeNull();
          expect((await create(parley, body)).status).toBe(404);
        }),
      30_000,
    );
  });
});
