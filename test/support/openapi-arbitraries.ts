import fc from 'fast-check';

/** As much of OpenAPI 3.0's schemas as Parley's document uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  nullable?: boolean;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** What breaks programs: in place of any text. */
const HOSTILE = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u2066',
  "'; DROP TABLE users; --",
  '../../../../etc/passwd',
  '%00',
  '${7*7}{{7*7}}',
  '__proto__',
  'constructor',
  '9'.repeat(400),
  '-1',
  '1e309',
  'NaN',
  'null',
  '[]',
  '𝒳'.repeat(600),
  'é'.repeat(3_000),
  '\r\nX-Injected: 1',
];

export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ maxLength: 60, unit: 'binary' }),
);

const hostileValue = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, 0, -1, 2 ** 53, -0.5, 1e308, [], {}, [[[[]]]]),
  fc.anything({ maxDepth: 3, withNullPrototype: false }).map(toJson),
);

function toJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

/** Values that fit a schema for the most part, and here and there do not. */
export function arbitraryOf(
  schema: Schema,
  components: Record<string, Schema>,
  depth = 0,
): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: fittingOf(schema, components, depth) },
    { weight: 1, arbitrary: hostileValue },
  );
}

function fittingOf(schema: Schema, components: Record<string, Schema>, depth: number): fc.Arbitrary<unknown> {
  const of = (inner: Schema) => arbitraryOf(inner, components, depth + 1);
  if (depth > 6) return fc.constant(null);
  if (schema.$ref) {
    const named = components[schema.$ref.split('/').at(-1)!];
    return named ? fittingOf(named, components, depth + 1) : hostileValue;
  }
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return fc.oneof(...choices.map(of));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: bounded(schema.minimum, -3), max: bounded(schema.maximum, 1_000) });
    case 'number':
      return fc.double({ min: schema.minimum ?? -10, max: schema.maximum ?? 10, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(of(schema.items ?? {}), { maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case 'object':
      return objectOf(schema, of);
    default:
      return hostileValue;
  }
}

const bounded = (value: number | undefined, fallback: number) =>
  Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value ?? fallback));

function textOf({ format, minLength = 0, maxLength = 80 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 80)), unit: 'grapheme' }),
    hostileText,
  );
}

function objectOf(schema: Schema, of: (inner: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return fc.dictionary(hostileText, fc.constantFrom('a', 1, null), { maxKeys: 3 });
  const requiredKeys = (schema.required ?? []).filter((name) => schema.properties?.[name]);
  return fc.record(Object.fromEntries(fields.map(([name, inner]) => [name, of(inner)])), {
    requiredKeys,
    noNullPrototype: true,
  });
}
