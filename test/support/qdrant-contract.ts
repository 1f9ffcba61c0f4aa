import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** Qdrant's own description of its API. It is not part of this repository: elsewhere nothing is checked. */
const file = fileURLToPath(new URL('../../../shared/contract/qdrant-openapi.json', import.meta.url));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Operation {
  parameters?: { name: string; in: string }[];
}

/** An exchange with the server, as far as the description speaks of it. */
export interface Exchange {
  method: string;
  /** With query. */
  url: URL;
  body: unknown;
  status: number;
  answer: unknown;
}

/** @returns what is wrong with an exchange by Qdrant's description; undefined where that is not at hand */
export function loadQdrantContract(): ((exchange: Exchange) => string[]) | undefined {
  if (!existsSync(file)) {
    console.warn('Not checked against the description of Qdrant: it is not beside the project.');
    return undefined;
  }
  const api = plain(JSON.parse(readFileSync(file, 'utf8'))) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const ajv = new Ajv({ strict: false, validateFormats: true });
  formats.default(ajv);
  for (const [format, isRight] of Object.entries(NUMBERS))
    ajv.addFormat(format, { type: 'number', validate: isRight });
  ajv.addSchema(api, 'qdrant');

  const schemas = new Map<string, ValidateFunction>();
  const problems = (value: unknown, ...path: string[]): string[] => {
    const pointer = ['paths', ...path]
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
      .join('/');
    const schema = schemas.get(pointer) ?? ajv.compile({ $ref: `qdrant#/${encodeURI(pointer)}` });
    schemas.set(pointer, schema);
    if (schema(value)) return [];
    // Of all the alternatives that do not fit, the one that came furthest.
    const [worst] = [...schema.errors!].sort((a, b) => depth(b.instancePath) - depth(a.instancePath));
    return [
      `${path.join(' ')}: ${worst!.instancePath} ${worst!.message} in ${JSON.stringify(value).slice(0, 500)}`,
    ];
  };

  return ({ method, url, body, status, answer }) => {
    const verb = method.toLowerCase();
    const template = Object.keys(api.paths)
      .filter((path) => api.paths[path]![verb] && fits(path, url.pathname))
      .sort((a, b) => a.split('{').length - b.split('{').length)[0];
    if (!template) return [`${method} ${url.pathname} is not described`];
    const json = ['content', 'application/json', 'schema'];
    const known = (api.paths[template]![verb]!.parameters ?? []).filter(
      (parameter) => parameter.in === 'query',
    );
    const unknown = [...url.searchParams.keys()].filter(
      (name) => !known.some((other) => other.name === name),
    );
    const response = status === 200 ? '200' : '4XX';
    return [
      ...unknown.map((name) => `${verb} ${template}: ${name} is not a parameter`),
      ...(body === undefined ? [] : problems(body, template, verb, 'requestBody', ...json)),
      ...problems(answer, template, verb, 'responses', response, ...json),
    ];
  };
}

const depth = (path: string) => path.split('/').length;

const fits = (template: string, path: string) =>
  new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);

const whole = (max: number) => (value: number) => Number.isInteger(value) && value >= 0 && value <= max;
const NUMBERS = {
  uint8: whole(2 ** 8 - 1),
  uint16: whole(2 ** 16 - 1),
  uint32: whole(2 ** 32 - 1),
  uint64: whole(2 ** 64),
  uint: whole(2 ** 64),
  int64: Number.isInteger,
};

/** OpenAPI 3.0 says `nullable` where JSON Schema says that a type may be null too. */
function plain(schema: Json): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (schema === null || typeof schema !== 'object') return schema;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'example' ? value : plain(value)]),
  );
  if (nullable !== true) return rest;
  return Object.keys(rest).length === 0 ? { type: 'null' } : { anyOf: [rest, { type: 'null' }] };
}
