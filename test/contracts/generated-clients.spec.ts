import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface GeneratedClient {
  /** The program and its arguments, in a folder without the settings of this repository. */
  generate: string[];
  /** Compiles only if a message alone is a body of `POST /chat`, and nothing less is. */
  code: string;
}

const DOCUMENT = resolve('api/openapi.yaml');

const CLIENTS: Record<string, GeneratedClient> = {
  'openapi-typescript': {
    generate: ['openapi-typescript', DOCUMENT, '--output', 'schema.ts'],
    code: `
      import createClient from 'openapi-fetch';
      import type { paths } from './schema';

      const parley = createClient<paths>({ baseUrl: 'http://localhost:8000' });
      const answer = await parley.POST('/chat', { body: { message: 'Hello?' }, parseAs: 'stream' });
      export const stream: ReadableStream | null | undefined = answer.data;
      // @ts-expect-error the message is required
      await parley.POST('/chat', { body: {} });
      // @ts-expect-error it is text
      await parley.POST('/chat', { body: { message: 1 } });
      const { data } = await parley.POST('/auth/login', { body: { email: 'ada@example.com', password: 'x' } });
      export const token: string | undefined = data?.access_token;`,
  },
  '@hey-api/openapi-ts': {
    generate: ['openapi-ts', '--input', DOCUMENT, '--output', 'client', '--no-log-file'],
    code: `
      import { logIn, sendMessage } from './client';

      const answer = await sendMessage({ body: { message: 'Hello?' } });
      for await (const event of answer.stream) console.log(event);
      // @ts-expect-error the message is required
      await sendMessage({ body: {} });
      // @ts-expect-error it is text
      await sendMessage({ body: { message: 1 } });
      const { data } = await logIn({ body: { email: 'ada@example.com', password: 'x' } });
      export const token: string | undefined = data?.access_token;`,
  },
};

const COMPILER_OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'esnext',
  moduleResolution: 'bundler',
};

describe.each(Object.entries(CLIENTS))('the client that %s generates', (_name, { generate, code }) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-client-'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
    writeFileSync(join(folder, 'main.ts'), code);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @returns what it printed, if it failed */
  const errorsOf = (program: string, argv: readonly string[]) => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(resolve('node_modules/.bin', program), argv, options);
    return status === 0 ? '' : `exit status ${status}\n${stdout}${stderr}`;
  };

  it('compiles, and sends a message alone', () => {
    const [generator, ...argv] = generate;
    expect(errorsOf(generator!, argv)).toBe('');
    expect(errorsOf('tsc', ['--project', '.'])).toBe('');
  });
});
