import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text as readText } from 'node:stream/consumers';
import { transform } from '@swc/core';
import { createTestApp, type TestApp } from '../support/app.js';
import { register } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';

const guide = readFileSync(new URL('../../docs/clients.md', import.meta.url), 'utf8');

/** The examples of the guide, each with the heading it stands under. */
const EXAMPLES = guide
  .split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language, code]) => ({
      heading: section.slice(0, section.indexOf('\n')),
      language: language!,
      code: code!,
    })),
  );

/** How a language is run: a program that reads the code from its standard input. */
const PROGRAMS: Record<string, [command: string, ...args: string[]]> = {
  ts: [process.execPath, '--no-warnings', '--input-type=module'],
  python: [process.env['PARLEY_TEST_PYTHON'] ?? 'python3', '-'],
  sh: ['bash', '-eu', '-s'],
};

describe('the guide for clients', () => {
  let parley: TestApp;
  let model: FakeOpenAi;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });
    const { accessToken } = await register(parley.url);
    env = { ...process.env, PARLEY_URL: parley.url, PARLEY_TOKEN: accessToken };
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const run = async (language: string, code: string) => {
    const [command, ...args] = PROGRAMS[language]!;
    const options = { parser: { syntax: 'typescript' }, target: 'es2022' } as const;
    const source = language === 'ts' ? (await transform(code, { jsc: options })).code : code;
    const child = spawn(command, args, { env });
    child.stdin.end(source);
    const [output, errors, status] = await Promise.all([
      readText(child.stdout),
      readText(child.stderr),
      new Promise((resolve) => child.once('close', resolve)),
    ]);
    return { output, errors, status };
  };

  it('has an example in each language under each heading', () => {
    const languages = new Map<string, string[]>();
    for (const { heading, language } of EXAMPLES)
      languages.set(heading, [...(languages.get(heading) ?? []), language]);
    expect(languages.size).toBe(6);
    for (const all of languages.values()) expect(all).toEqual(['ts', 'python', 'sh']);
  });

  it.each(EXAMPLES)('works under $heading in $language', async ({ language, code }) => {
    const { output, errors, status } = await run(language, code);
    expect({ errors, status }).toEqual({ errors: '', status: 0 });
    expect(output).toMatch(/Hello[^]*from[^]*model\./);
  });
});
