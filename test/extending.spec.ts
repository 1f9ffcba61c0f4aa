import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VectorStore } from '../src/adapters/vector-store/vector-store.js';
import type { Embeddings } from '../src/adapters/embeddings/embeddings.js';
import type { Agent, AgentEvent, AgentInput } from '../src/agents/agent.js';
import { parsePersona } from '../src/agents/personas/persona-files.js';
import { wireOf } from '../src/chat/surface.js';
import type { Parser } from '../src/ingestion/parsers/file-kinds.js';
import { documentVector } from '../src/search/sparse.js';
import { filesOfWalks, lint } from './support/walks.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = filesOfWalks(readFileSync(join(root, 'docs/extending.md'), 'utf8'), root);

describe('the walks of docs/extending.md', () => {
  /** The sources with all walks taken; always at one place, where their translations are kept. */
  const folder = join(root, 'test/extended');

  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    for (const part of ['src', 'migrations'])
      cpSync(join(root, part), join(folder, part), {
        recursive: true,
        filter: (path) => !path.endsWith('.spec.ts'),
      });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const load = <T>(path: string) => import(join(folder, path.replace(/\.ts$/, ''))) as Promise<T>;

  it('compile, and pass the linter', () => {
    const code = [...files.keys()].filter((path) => path.endsWith('.ts')).map((path) => join(folder, path));
    expect(lint(code, root)).toEqual([0, expect.stringContaining('0 errors')]);
  });

  it('a surface: its runs are streamed, and resumed, in its events', async () => {
    const { lines } = await load<typeof import('../src/chat/surfaces/openai/surface.js') & { lines: never }>(
      'src/chat/surfaces/lines/surface.ts',
    );
    const { streamOf } = await load<typeof import('../src/chat/surfaces.js')>('src/chat/surfaces.ts');
    const run = { runId: 'r', conversationId: 'c', agent: 'assistant', wire: wireOf(lines) };
    const { toSse, sharedAs } = streamOf(run);
    expect(sharedAs).toBe('lines');
    expect(toSse({ type: 'started', conversationId: 'c', offset: 1 })).toBe('');
    expect(toSse({ type: 'token', text: 'Hi', offset: 2 })).toBe('id: r:2\ndata: {"line":"Hi"}\n\n');
    expect(toSse({ type: 'completed', reply: 'Hi', state: {}, offset: 3 })).toContain('"isLast":true');
  });

  it('an agent without code: its file is a persona', () => {
    const path = 'agents/travel-agent.yaml';
    expect(parsePersona(path, files.get(path)!)).toMatchObject({
      label: 'Travel Agent',
      retrieval: 'system',
    });
  });

  it('an agent in code: it answers, and keeps its state', async () => {
    const { EchoAgent } = await load<{ EchoAgent: new () => Agent }>('src/agents/echo/echo.agent.ts');
    const events: AgentEvent[] = [];
    const input: AgentInput = {
      ownerId: 'me',
      conversationRowId: 'c',
      message: 'hello',
      history: [],
      state: { count: 1 },
      hasDocuments: false,
    };
    await new EchoAgent().answer(input, (event) => events.push(event), new AbortController().signal);
    expect(events).toEqual([
      { type: 'state', state: { count: 2 } },
      { type: 'text', tokens: ['2. ', 'hello'] },
    ]);
  });

  it('a parser: it reads a file of its kind', async () => {
    const { parse } = await load<Parser>('src/ingestion/parsers/text/subtitles.ts');
    const file = join(folder, 'film.srt');
    writeFileSync(
      file,
      '1\n00:00:01,000 --> 00:00:02,500\nWhere is the key?\n\n2\n00:00:03,000 --> 00:00:04,000\nHere.\n',
    );
    expect(await parse(file, 'film', null)).toMatchObject({
      text: 'Where is the key?\n\nHere.',
      warnings: [],
    });
    writeFileSync(file, 'no subtitles');
    await expect(async () => parse(file, 'film', null)).rejects.toThrow('it holds no subtitles');
  });

  it('a vector store: it finds stored points of the requested tenants', async () => {
    const { MemoryVectorStore } = await load<{ MemoryVectorStore: new () => VectorStore }>(
      'src/adapters/vector-store/memory-vector-store.ts',
    );
    const store = new MemoryVectorStore();
    const owner = { tenant: 'system', attachmentId: 'a' } as const;
    const point = { id: 'p', sparse: documentVector('annual leave'), dense: Float32Array.of(1, 0) };
    await store.replace(owner, [point]);
    expect(await store.searchDense(Float32Array.of(1, 0), { tenants: ['system'] }, 5)).toEqual([
      { id: 'p', score: 1 },
    ]);
    expect(await store.searchSparse(documentVector('leave'), { tenants: ['system'] }, 5)).toMatchObject([
      { id: 'p' },
    ]);
    expect(await store.searchSparse(documentVector('leave'), { tenants: ['user:x'] }, 5)).toEqual([]);
    await store.replace(owner, []);
    expect(await store.count(owner)).toBe(0);
  });

  it('an embedding model: equal texts are near', async () => {
    const { WordCountEmbeddings } = await load<{ WordCountEmbeddings: new () => Embeddings }>(
      'src/adapters/embeddings/word-count-embeddings.ts',
    );
    const [one, same, other] = await new WordCountEmbeddings().embed(['a ship', 'A ship', 'dogs']);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });
});
