import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { createTestApp, type TestApp } from '../support/app.js';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');
/** The commands under "Talk to it", as they are printed. */
const commands = /## Talk to it\n+```sh\n(.*?)```/s.exec(readme)![1]!;

it('the README says whose clients want which status for an address that is taken', () => {
  const row = /^\| `REGISTER_CONFLICT_STATUS` .*$/m.exec(readme)![0];
  expect(row).toMatch(/400 [^,]*FastAPI-Users/);
  expect(row).toMatch(/409 [^,]*Movie Finder/);
});

describe('the commands of the README', () => {
  let parley: TestApp;

  beforeAll(async () => {
    parley = await createTestApp();
  });
  afterAll(() => parley?.close());

  it('succeed for three people, one after the other', async () => {
    const script = commands.replace('http://localhost:8000', parley.url);
    for (let person = 0; person < 3; person += 1) {
      const { stdout } = await run('bash', ['-eu', '-c', script], { timeout: 50_000 });
      expect(stdout).not.toMatch(/"detail"|"type":\s?"error"/);
      expect(stdout).toContain('The Matrix');
      // The question right after the upload waits for the file and is answered from it.
      expect(stdout).toMatch(/"sources".*README\.md/s);
      expect(stdout).toContain('20.19');
    }
  }, 180_000);
});
