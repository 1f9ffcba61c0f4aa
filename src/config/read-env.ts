import { editDistance } from '../search/spelling/edit-distance.js';
import { crossCheck, envSchema, SettingError, type Env } from './env.js';

type Source = Record<string, string | undefined>;
type Name = keyof typeof envSchema.shape;

/** The settings, and warnings about how they were read: one sentence each, without values. */
export interface Settings {
  env: Env;
  notices: string[];
}

const NAMES = Object.keys(envSchema.shape) as Name[];
/** Names of other programs, and our own former ones, whose values mean the same. */
const FORMER: Record<string, Name> = { MODEL_FIRST_TOKEN_MS: 'MODEL_FIRST_BYTE_MS' };
const ELSEWHERE: Record<string, Name> = {
  OPENAI_API_BASE: 'OPENAI_BASE_URL',
  OPENAI_BASE: 'OPENAI_BASE_URL',
  OPENAI_URL: 'OPENAI_BASE_URL',
  OPENAI_ENDPOINT: 'OPENAI_BASE_URL',
  AZURE_OPENAI_ENDPOINT: 'OPENAI_BASE_URL',
  OPENAI_KEY: 'OPENAI_API_KEY',
  OPENAI_TOKEN: 'OPENAI_API_KEY',
  AZURE_OPENAI_API_KEY: 'OPENAI_API_KEY',
  OPENAI_CHAT_MODEL: 'OPENAI_MODEL',
  OPENAI_MODEL_NAME: 'OPENAI_MODEL',
  POSTGRES_URL: 'DATABASE_URL',
};
const TRACING = ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING', 'LANGCHAIN_TRACING_V2'];
/** Quotation marks may be part of these. */
const LITERAL: readonly string[] = ['ADMIN_PASSWORD', 'JWT_SECRET'];
/** In quotation marks as programs, documents and chats write them. */
const QUOTED = /^(?=(?:"[^]*"|'[^]*'|`[^]*`|“[^]*”|‘[^]*’|<[^]*>)$)[^]([^]*)[^]$/;
/** Shorter names are near to too much. */
const MIN_LENGTH = 6;
const MAX_EDITS = 2;

/**
 * Reads the settings from an environment: trimmed, and with forms that are often pasted repaired.
 * @throws SettingError with one line for each setting that is wrong
 */
export function readSettings(source: Source): Settings {
  const notices: string[] = [];
  const tidied = tidy(source, notices);
  notices.push(...unknownNames(source));
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of NAMES) {
    const { data, error } = envSchema.shape[name].safeParse(tidied[name]);
    if (error) problems.push(`${name} ${error.issues[0]?.message ?? 'is wrong'}`);
    else values[name] = data;
  }
  const env = values as Env;
  problems.push(...tracing(source));
  problems.push(
    ...crossCheck(env).filter((problem) => !problems.some((other) => sameSetting(problem, other))),
  );
  if (problems.length > 0) throw new SettingError(problems.join('\n'));
  return { env, notices };
}

const sameSetting = (one: string, other: string) => one.split(' ', 1)[0] === other.split(' ', 1)[0];

function tidy(source: Source, notices: string[]): Source {
  const tidied: Source = {};
  for (const name of NAMES) {
    const value = name.endsWith('_PROXY') ? proxyOf(source, name) : source[name];
    tidied[name] = value === undefined ? undefined : unquoted(name, trimmed(value), notices);
  }
  for (const [former, name] of Object.entries(FORMER)) {
    const value = source[former]?.trim();
    if (!value) continue;
    tidied[name] ||= value;
    notices.push(`${former} is called ${name} now`);
  }
  const key = /^(?:bearer\s+|OPENAI_API_KEY\s*=\s*)(.+)$/is.exec(tidied['OPENAI_API_KEY'] ?? '')?.[1];
  if (key) {
    tidied['OPENAI_API_KEY'] = unquoted('OPENAI_API_KEY', trimmed(key), notices);
    notices.push('OPENAI_API_KEY holds more than the key: what stands before it was left out');
  }
  const address = tidied['OPENAI_BASE_URL'];
  if (address && !address.includes('://') && /^[\w.-]+(?::\d+)?(?:\/|$)/.test(address)) {
    const scheme = /^(?:localhost|[\d.]+|[^.]+)(?::|\/|$)|:\d+/.test(address) ? 'http' : 'https';
    tidied['OPENAI_BASE_URL'] = `${scheme}://${address}`;
    notices.push(`OPENAI_BASE_URL has no scheme: ${scheme}:// was put before it`);
  }
  return tidied;
}

/** Proxies are set in lower case as often, and for both schemes at once; SOCKS is not spoken. */
function proxyOf(source: Source, name: string): string | undefined {
  const own = source[name] || source[name.toLowerCase()];
  const ofAll = /^HTTPS?_PROXY$/.test(name) ? source['ALL_PROXY'] || source['all_proxy'] : undefined;
  return own || (ofAll && /^["']?https?:/i.test(ofAll.trim()) ? ofAll : own);
}

/** Pasted text may begin or end with characters that are not seen. */
const trimmed = (value: string) =>
  value.replace(/^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$/g, '');

/** LangChain reads these itself, and would send every conversation to LangSmith. */
function tracing(source: Source): string[] {
  const on = TRACING.filter((name) => source[name]?.trim().toLowerCase() === 'true');
  return on.map((name) => `${name} must not be set: conversations would be sent to LangSmith`);
}

/** Docker's `--env-file` hands quotation marks on as they stand in the file. */
function unquoted(name: string, value: string, notices: string[]): string {
  if (LITERAL.includes(name)) return value;
  let inner = value;
  for (let found = QUOTED.exec(inner); found; found = QUOTED.exec(inner)) inner = trimmed(found[1]!);
  if (inner !== value) notices.push(`${name} stands in quotation marks, which were left out`);
  return inner;
}

/** Names that look like settings and are none. */
function unknownNames(source: Source): string[] {
  return Object.keys(source).flatMap((name) => {
    if (name in envSchema.shape || name in FORMER || !source[name]?.trim()) return [];
    const meant = ELSEWHERE[name] ?? (name.length < MIN_LENGTH ? undefined : nearest(name));
    return meant ? [`${name} is not a setting: did you mean ${meant}?`] : [];
  });
}

const nearest = (name: string): string | undefined =>
  NAMES.find(
    (known) => Math.abs(known.length - name.length) <= MAX_EDITS && editDistance(known, name) <= MAX_EDITS,
  );
