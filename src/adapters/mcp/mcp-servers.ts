import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { MCP_SECRET_PREFIX } from '../../config/config.js';
import { SettingError } from '../../config/env.js';
import { url } from '../../config/setting-types.js';

/** The names of servers in the names of tools: `mcp:NAME`. */
const MCP_SERVER_NAME = /^[a-z][a-z0-9-]{0,23}$/;
const MAX_SERVERS = 50;
/** A variable in the value of a header. */
const SECRET = /\$\{(\w+)\}/g;

/** Tools whose calls need no approval, even if they change something. */
const trusted = z.array(z.string().min(1).max(200)).max(200).default([]);
const value = z
  .string()
  .max(8_192)
  .regex(/^[^\r\n\0]*$/);

const remoteSchema = z.strictObject({
  /** URL of the streamable HTTP endpoint. */
  url: url('https', 'http'),
  /**
   * Headers of every request. `${MCP_SECRET_…}` is replaced by the variable of this name. One that holds `${USER_ID}` is
   * sent in answers alone, with the id of the user who is answered.
   */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), value).default({}),
  trusted,
});

const localSchema = z.strictObject({
  /** A program that speaks MCP over its standard input and output; no shell. */
  command: z.string().min(1).max(1_000),
  args: z.array(value).max(100).default([]),
  /** Its only variables beside PATH, HOME and the like; `${MCP_SECRET_…}` as in headers. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), value).default({}),
  trusted,
});

/** A server whose tools agents may use: over HTTP, or a program on this machine. */
export type McpServer = { name: string } & (z.output<typeof remoteSchema> | z.output<typeof localSchema>);

/** In the value of a header. */
export const USER_ID = '${USER_ID}';

/**
 * Reads `MCP_SERVERS_FILE`: servers by name.
 * @param secrets variables that headers may reference
 * @throws SettingError naming the server and the field
 */
export async function readMcpServers(
  file: string,
  secrets: Readonly<Record<string, string>>,
): Promise<McpServer[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new SettingError(`MCP_SERVERS_FILE ${file} cannot be read`);
  });
  return parseMcpServers(text, secrets);
}

/** @throws SettingError */
export function parseMcpServers(text: string, secrets: Readonly<Record<string, string>>): McpServer[] {
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    throw new SettingError(
      `MCP_SERVERS_FILE is not valid YAML: ${(error as Error).message.split('\n', 1)[0]}`,
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new SettingError('MCP_SERVERS_FILE must hold servers by their names');
  const servers = Object.entries(content);
  if (servers.length > MAX_SERVERS)
    throw new SettingError(`MCP_SERVERS_FILE holds more than ${MAX_SERVERS} servers`);
  return servers.map(([name, its]) => parseServer(name, its, secrets));
}

function parseServer(name: string, its: unknown, secrets: Readonly<Record<string, string>>): McpServer {
  if (!MCP_SERVER_NAME.test(name))
    throw new SettingError(
      `MCP_SERVERS_FILE has a server that cannot be used, ${name.slice(0, 40)}: a name consists of up to 24 ` +
        'small letters, digits and hyphens, the first of them a letter',
    );
  const fail = (field: string, problem: string): never => {
    throw new SettingError(
      `MCP_SERVERS_FILE has a server that cannot be used, ${name}: ${field}: ${problem}`,
    );
  };
  const isLocal = typeof its === 'object' && its !== null && 'command' in its && !('url' in its);
  const { data, error } = (isLocal ? localSchema : remoteSchema).safeParse(its);
  if (!data) {
    const [issue] = error.issues;
    return fail(issue?.path.join('.') || 'the server', issue?.message ?? 'is wrong');
  }
  const filled = (field: string, values: Record<string, string>, isUserKnown: boolean) => {
    const entries = Object.entries(values).map(([key, text]) => {
      const place = `${field}.${key}`;
      const replaced = text.replaceAll(SECRET, (whole, variable: string) => {
        if (isUserKnown && whole === USER_ID) return whole;
        if (!variable.startsWith(MCP_SECRET_PREFIX))
          return fail(place, `a variable must begin with ${MCP_SECRET_PREFIX}, unlike ${variable}`);
        return secrets[variable] ?? fail(place, `${variable} is not set`);
      });
      return [key, replaced] as const;
    });
    return Object.fromEntries(entries);
  };
  if ('command' in data) return { name, ...data, env: filled('env', data.env, false) };
  return { name, ...data, headers: filled('headers', data.headers, true) };
}
