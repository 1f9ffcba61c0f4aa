import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../common/json.js';
import { shownLine } from '../../../common/text.js';

/** Of a name that models call a tool by. */
const MAX_NAME = 64;
const MAX_PROPERTY_DESCRIPTION = 300;
const MAX_VALUE = 200;
const MAX_DEPTH = 10;
/** Values in a schema, and UTF-16 units of it as JSON. */
const MAX_NODES = 600;
const MAX_SCHEMA = 16 * 1024;

/** Text of a server on one line, without what people cannot see. @param max UTF-16 units */
export function plainText(text: string, max: number): string {
  const seen = shownLine(text.slice(0, 4 * max).toWellFormed());
  return seen.length > max ? `${seen.slice(0, max - 1).toWellFormed()}…` : seen;
}

/** The name that models call a tool of a server by: safe characters, and not that of any other tool. */
export function toolName(server: string, name: string): string {
  const whole = `${server}__${name}`;
  const safe = whole.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  if (safe === whole && whole.length <= MAX_NAME) return whole;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${safe.slice(0, MAX_NAME - hash.length - 1)}_${hash}`;
}

/** Keywords of JSON Schema that models need; others are left out. */
const NUMBERS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
];
const LISTS = ['anyOf', 'oneOf', 'allOf'];
const MAPS = ['properties', '$defs', 'definitions'];

/**
 * A schema of a server as models get it: of known keywords and bounded sizes, its descriptions as plain text. One that
 * does not fit is replaced by any object: the server checks its input itself.
 */
export function safeSchema(schema: unknown): JsonObject {
  let nodes = 0;
  const read = (value: unknown, depth: number): JsonObject | null => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    nodes += 1;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) throw new RangeError('the schema is too large');
    const its = value as Record<string, unknown>;
    const safe: JsonObject = {};
    if (isTypes(its.type)) safe.type = its.type;
    if (typeof its.description === 'string')
      safe.description = plainText(its.description, MAX_PROPERTY_DESCRIPTION);
    if (typeof its.$ref === 'string' && /^#[\w/$-]{0,200}$/.test(its.$ref)) safe.$ref = its.$ref;
    if (typeof its.format === 'string' && /^[a-z-]{1,40}$/.test(its.format)) safe.format = its.format;
    for (const keyword of NUMBERS) if (typeof its[keyword] === 'number') safe[keyword] = its[keyword];
    if (Array.isArray(its.enum)) {
      nodes += its.enum.length;
      safe.enum = its.enum.slice(0, MAX_NODES).filter(isValue);
    }
    if (isValue(its.const)) safe.const = its.const;
    for (const keyword of MAPS) {
      const map = its[keyword];
      if (typeof map !== 'object' || map === null) continue;
      const entries = Object.entries(map).filter(([name]) => isPropertyName(name));
      safe[keyword] = Object.fromEntries(
        entries.map(([name, item]) => [name, read(item, depth + 1) ?? {}] as const),
      );
    }
    for (const keyword of LISTS) {
      const list = its[keyword];
      if (Array.isArray(list)) safe[keyword] = list.flatMap((item) => read(item, depth + 1) ?? []);
    }
    for (const keyword of ['items', 'additionalProperties'])
      if (typeof its[keyword] === 'boolean') safe[keyword] = its[keyword];
      else {
        const item = read(its[keyword], depth + 1);
        if (item) safe[keyword] = item;
      }
    if (Array.isArray(its.required))
      safe.required = its.required.filter((name): name is string => isPropertyName(name));
    return safe;
  };
  try {
    const safe: JsonObject = { ...read(schema, 0), type: 'object' };
    if (JSON.stringify(safe).length <= MAX_SCHEMA) return 'properties' in safe ? safe : ANY;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return ANY;
}

const ANY: JsonObject = { type: 'object', properties: {}, additionalProperties: true };

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const isTypes = (value: unknown): value is string | string[] =>
  [value].flat().every((type) => TYPES.includes(type as string)) && [value].flat().length > 0;
const isPropertyName = (name: unknown): name is string =>
  typeof name === 'string' && name !== '__proto__' && /^[\p{L}\p{N}_.$@:-]{1,64}$/u.test(name);
const isValue = (value: unknown): value is Json =>
  value === null ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= MAX_VALUE && plainText(value, MAX_VALUE) === value);
