import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Checkout } from '../support/checkout.js';
import { call, register } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language,
  text: text!,
}));
/** The blocks of commands as they are printed, in their order. */
const [start, startWithModel, talk] = blocks
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text);

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean; link?: boolean }>;
}
const lockOf = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as Lock).packages;

it('the README says whose clients want which status for an address that is taken', () => {
  const row = /^\| `REGISTER_CONFLICT_STATUS` .*$/m.exec(readme)![0];
  expect(row).toMatch(/400 [^,]*FastAPI-Users/);
  expect(row).toMatch(/409 [^,]*Movie Finder/);
});

it('the installed packages are those that `npm ci` would install', () => {
  const installed = lockOf('node_modules/.package-lock.json');
  const wrong = Object.entries(lockOf('package-lock.json')).filter(
    ([path, { version, optional }]) =>
      path !== '' && installed[path]?.version !== version && !(optional && !installed[path]),
  );
  expect(wrong.map(([path]) => path)).toEqual([]);
});

describe('the commands of the README', () => {
  const checkout = new Checkout();

  afterEach(() => checkout.interrupt());
  afterAll(() => checkout.remove());

  it('are the three blocks below; the other two are a diagram and the tree', () => {
    expect(blocks.map(({ language }) => language)).toEqual(['sh', 'sh', 'sh', 'mermaid', '']);
  });

  it('start Parley, and succeed for three people, one after the other', async () => {
    const address = await checkout.start(start!);
    const script = talk!.replace('http://localhost:8000', address);
    expect(script).toContain(address);
    for (let person = 0; person < 3; person += 1) {
      const { stdout } = await run('bash', ['-eu', '-c', script], { timeout: 50_000 });
      expect(stdout).not.toMatch(/"detail"|"type":\s?"error"/);
      expect(stdout).toContain('The Matrix');
      // The question right after the upload waits for the file and is answered from it.
      expect(stdout).toMatch(/"sources".*README\.md/s);
      expect(stdout).toContain('20.19');
    }
  }, 300_000);

  it('start it with a model', async () => {
    const model = await FakeOpenAi.start();
    try {
      const [withKey, withServer, ...others] = startWithModel!.trim().split('\n');
      expect(others).toEqual([]);
      const answerOf = async (command: string, settings: Record<string, string>) => {
        const address = await checkout.start(`npm ci && ${command}`, settings);
        const { accessToken } = await register(address);
        const answer = await call(address, '/chat', { token: accessToken, body: { message: 'Hello?' } });
        expect(await answer.text()).toContain('model.');
        await checkout.interrupt();
        return model.lastRequest;
      };
      const { headers } = await answerOf(withKey!, { OPENAI_BASE_URL: model.url });
      expect(headers.authorization).toBe('Bearer sk-...');
      const { body } = await answerOf(withServer!.replace('http://localhost:11434/v1', model.url), {});
      expect(body.model).toBe('qwen3');
    } finally {
      await model.close();
    }
  }, 300_000);
});
