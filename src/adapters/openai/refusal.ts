import type { Refusal } from './model-error.js';

const MAX_MESSAGE = 2_000;

/** Reads the body of an error, or an error object in a stream: each server puts its words elsewhere. */
export function readRefusal(body: unknown, status: number): Refusal {
  const refusal: Refusal = { status, message: '', code: '', type: '', param: '' };
  const parsed = typeof body === 'string' ? parse(body) : body;
  collect(Array.isArray(parsed) ? (parsed[0] as unknown) : parsed, refusal);
  const own = Number(refusal.code);
  if (!status && own >= 400 && own < 600) refusal.status = own;
  refusal.message = refusal.message.slice(0, MAX_MESSAGE);
  return refusal;
}

function collect(value: unknown, refusal: Refusal): void {
  if (typeof value === 'string') {
    refusal.message ||= /<html|<!doctype/i.test(value) ? titleOf(value) : value;
    return;
  }
  if (Array.isArray(value)) return value.forEach((item) => collectDetail(item, refusal));
  if (!isObject(value)) return;
  refusal.code ||= asText(value['code']);
  refusal.type ||= asText(value['type']);
  refusal.param ||= asText(value['param']);
  // A gateway's message first, then that of the provider behind it.
  for (const key of ['message', 'msg', 'error', 'detail', 'errors'])
    if (value[key]) collect(value[key], refusal);
  const raw = isObject(value['metadata']) ? value['metadata']['raw'] : undefined;
  if (typeof raw === 'string' && !refusal.message.includes(raw)) refusal.message += ` ${raw}`;
}

/** An entry of FastAPI's list of validation errors: the last element of `loc` is the field. */
function collectDetail(item: unknown, refusal: Refusal): void {
  if (!isObject(item)) return;
  const loc = Array.isArray(item['loc']) ? item['loc'].map(String) : [];
  refusal.param ||= loc.at(-1) ?? '';
  const words = [loc.join('.'), asText(item['msg']) || asText(item['message'])].filter(Boolean).join(': ');
  refusal.message = [refusal.message, words].filter(Boolean).join('; ');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const titleOf = (html: string) => /<title>([^<]{1,200})/i.exec(html)?.[1]?.trim() ?? 'an HTML page';
const asText = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MAX_DETAIL = 500;
const KEY =
  /\b(?:sk|pk|rk|key|token|api)[-_][\w-]{4,}|\bBearer\s+\S+|\beyJ[\w-]{10,}[\w.-]*|\b(?=[\w-]*\d)[\w-]{28,}\b/gi;
const CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** Redacts a server's message for logs: one line, bounded, without keys and the given secrets. */
export function redact(words: string, secrets: readonly string[] = []): string {
  let text = words.replace(/\s+/g, ' ').trim();
  for (const secret of secrets) if (secret.length >= 4) text = text.replaceAll(secret, '***');
  text = text.replace(CREDENTIALS, '$1***@').replace(KEY, '***');
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL).toWellFormed()}…` : text;
}
