import { Agent as HttpAgent } from 'undici';
import { FakeMcp, refuseMcp } from './support/fake-mcp.js';
import type { Logger } from '../src/common/logger.js';
import { McpTools } from '../src/agents/tools/mcp/mcp-tools.js';

const LOGGER = { warn: () => {} } as unknown as Logger;

describe('the tools of MCP servers', () => {
  let fake: FakeMcp;
  let now = 0;
  let mcp: McpTools;

  beforeEach(async () => {
    fake = await FakeMcp.start();
    fake.tools = [{ name: 'look' }];
    const server = { name: 'wiki', url: fake.url, headers: {}, trusted: [] };
    now = 0;
    mcp = new McpTools([server], new HttpAgent(), LOGGER, () => now);
  });
  afterEach(async () => {
    await mcp.onApplicationShutdown();
    await fake.close();
  });

  const open = async () => {
    const { tools, notes, close } = await mcp.open(
      'u',
      { names: ['mcp:wiki'], approval: [] },
      new AbortController().signal,
    );
    close();
    return [tools.map(({ spec }) => spec.name), notes.length];
  };

  it('refuse an agent that lists a server which is not configured', () => {
    expect(() => mcp.check('clerk', ['calculator', 'mcp:wiki/look'])).not.toThrow();
    expect(() => mcp.check('clerk', ['mcp:shop'])).toThrow(
      'the agent clerk lists tools of the MCP server shop, which MCP_SERVERS_FILE does not name',
    );
  });

  it('are listed once in ten minutes', async () => {
    expect(await open()).toEqual([['wiki__look'], 0]);
    const { length } = fake.headers;
    fake.tools = [{ name: 'find' }];
    now = 599_000;
    expect(await open()).toEqual([['wiki__look'], 0]);
    expect(fake.headers).toHaveLength(length);
    now = 600_000;
    expect(await open()).toEqual([['wiki__find'], 0]);
  });

  it('are listed again half a minute after their server has failed', async () => {
    fake.plays.set('tools/list', refuseMcp(500));
    expect(await open()).toEqual([[], 1]);
    fake.plays.clear();
    now = 29_000;
    expect(await open()).toEqual([[], 1]);
    now = 30_000;
    expect(await open()).toEqual([['wiki__look'], 0]);
  });

  it('need approval unless they only read, or are trusted', async () => {
    fake.tools = [
      { name: 'look', annotations: { readOnlyHint: true } },
      { name: 'add', annotations: {} },
      { name: 'drop' },
    ];
    const server = { name: 'wiki', url: fake.url, headers: {}, trusted: ['add'] };
    mcp = new McpTools([server], new HttpAgent(), LOGGER);
    const { signal } = new AbortController();
    const asked = async (approval: string[]) =>
      (await mcp.open('u', { names: ['mcp:wiki'], approval }, signal)).tools.flatMap(
        ({ spec, needsApproval }) => (needsApproval!({}) ? [spec.name] : []),
      );
    expect(await asked([])).toEqual(['wiki__drop']);
    expect(await asked(['mcp:wiki/look'])).toEqual(['wiki__look', 'wiki__drop']);
    expect(await asked(['mcp:wiki'])).toEqual(['wiki__look', 'wiki__add', 'wiki__drop']);
  });
});
