import { FirstAdminSetup } from '../../src/auth/accounts/first-admin-setup.js';
import { openConsole, openPage, seriousFindings, type OpenConsole } from '../support/browser.js';

describe('a fresh installation in the console', () => {
  let fresh: OpenConsole;
  beforeAll(async () => {
    fresh = await openConsole({}, { hasModel: false });
  }, 60_000);
  afterAll(() => fresh?.close());

  it('creates the first admin by the code on the terminal, and asks no one else', async () => {
    const { parley, browser, page, faults } = fresh;
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.getByLabel('Code').fill('AAAA-AAAA-AAAA');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Create the first admin' }).click();
    await page.getByText('This is not the code that the terminal shows.').waitFor();
    await page.getByLabel('Code').fill((await parley.app.get(FirstAdminSetup).code())!.toLowerCase());
    await page.getByRole('button', { name: 'Create the first admin' }).click();
    await page.getByRole('link', { name: 'Operate' }).waitFor();
    expect(faults).toEqual([]);

    const other = await openPage(browser, parley.url, { locale: 'de-DE' });
    await other.page.getByRole('heading', { name: 'Bei Parley anmelden' }).waitFor();
  });
});
