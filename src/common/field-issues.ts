import { z } from 'zod';
import type { FieldIssue } from './errors.js';
import { takeGraphemes } from './text.js';

type ZodIssue = z.core.$ZodIssue;
type Wording = Pick<FieldIssue, 'type' | 'msg' | 'ctx'>;

/**
 * Issue type for custom checks, which have no zod code: `ctx.addIssue({ code: 'custom', message, params: { type }
 * })`.
 */
interface CustomParams {
  type?: string;
  ctx?: Record<string, unknown>;
}

/**
 * Words zod's issues as FastAPI would, since clients of the five documents show these messages.
 * @param place `body`, `query`, `path` or `header`
 * @param input the whole value that was checked
 */
export function toFieldIssues(issues: readonly ZodIssue[], place: string, input: unknown): FieldIssue[] {
  return issues.flatMap(byKey).map((each) => {
    const issue = valueAt(input, each.path) === undefined ? each : nearestOf(each);
    const at = valueAt(input, issue.path);
    const isMissing = at === undefined && MISSING.has(issue.code);
    const wording = isMissing ? { type: 'missing', msg: 'Field required' } : word(issue, at);
    return {
      type: wording.type,
      loc: [place, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))],
      msg: wording.msg,
      input: safeInput(isMissing ? valueAt(input, issue.path.slice(0, -1)) : at, issue.path),
      ...(wording.ctx && { ctx: wording.ctx }),
    };
  });
}

const FLOAT = 'float';

/** For `safeParse`: zod's issues name the type of integers and of other numbers alike, `number`. */
export const markFloats: z.core.$ZodErrorMap = ({ code, inst }) =>
  code === 'invalid_type' && inst instanceof z.ZodNumber && !inst.isInt ? FLOAT : undefined;

/** zod names all unknown keys of an object in one issue. */
const byKey = (issue: ZodIssue): ZodIssue[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }))
    : [issue];

/** zod's message for a missing field. */
const MISSING = new Set<ZodIssue['code']>(['invalid_type', 'invalid_value', 'invalid_union']);

/**
 * For a union, the issue of the best-matching alternative: one whose `type` is that of the value, then one whose first
 * issue is deepest, or not about the type of a value.
 */
function nearestOf(issue: ZodIssue): ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const isOfType = ([first]: readonly ZodIssue[]) => first?.path.join('.') !== 'type';
  const matching = issue.errors.filter(isOfType);
  const firsts = (matching.length > 0 ? matching : issue.errors).flatMap(([first]) =>
    first ? [nearestOf({ ...first, path: [...issue.path, ...first.path] })] : [],
  );
  const nearness = ({ path, code }: ZodIssue) => 2 * path.length + Number(code !== 'invalid_type');
  return firsts.toSorted((a, b) => nearness(b) - nearness(a))[0] ?? issue;
}

function word(issue: ZodIssue, value: unknown): Wording {
  switch (issue.code) {
    case 'invalid_type':
      return wordType(issue.message === FLOAT ? 'float' : issue.expected, value);
    case 'too_small':
      return wordBound(issue.origin, 'min', Number(issue.minimum), issue.inclusive ?? true);
    case 'too_big':
      return wordBound(issue.origin, 'max', Number(issue.maximum), issue.inclusive ?? true);
    case 'invalid_value': {
      const expected = orList(issue.values.map((v) => (typeof v === 'string' ? `'${v}'` : String(v))));
      return { type: 'literal_error', msg: `Input should be ${expected}`, ctx: { expected } };
    }
    case 'invalid_format':
      return wordFormat(issue);
    case 'unrecognized_keys':
      return { type: 'extra_forbidden', msg: 'Extra inputs are not permitted' };
    case 'custom': {
      const params = issue.params as CustomParams | undefined;
      if (params?.type) return { type: params.type, msg: issue.message, ctx: params.ctx };
      return { type: 'value_error', msg: `Value error, ${issue.message}`, ctx: { error: issue.message } };
    }
    default:
      return { type: 'value_error', msg: `Value error, ${issue.message}`, ctx: { error: issue.message } };
  }
}

function wordType(expected: string, value: unknown): Wording {
  switch (expected) {
    case 'string':
      return { type: 'string_type', msg: 'Input should be a valid string' };
    case 'float':
      return { type: 'float_type', msg: 'Input should be a valid number' };
    case 'int':
    case 'number':
      if (typeof value === 'number')
        return {
          type: 'int_from_float',
          msg: 'Input should be a valid integer, got a number with a fractional part',
        };
      return { type: 'int_type', msg: 'Input should be a valid integer' };
    case 'boolean':
      return { type: 'bool_type', msg: 'Input should be a valid boolean' };
    case 'array':
      return { type: 'list_type', msg: 'Input should be a valid list' };
    case 'record':
      return { type: 'dict_type', msg: 'Input should be a valid dictionary' };
    default:
      return {
        type: 'model_attributes_type',
        msg: 'Input should be a valid dictionary or object to extract fields from',
      };
  }
}

function wordBound(origin: string, side: 'min' | 'max', bound: number, inclusive: boolean): Wording {
  const atEdge = side === 'min' ? 'at least' : 'at most';
  if (origin === 'string')
    return {
      type: side === 'min' ? 'string_too_short' : 'string_too_long',
      msg: `String should have ${atEdge} ${bound} character${bound === 1 ? '' : 's'}`,
      ctx: { [`${side}_length`]: bound },
    };
  if (origin === 'array' || origin === 'set')
    return {
      type: side === 'min' ? 'too_short' : 'too_long',
      msg: `List should have ${atEdge} ${bound} item${bound === 1 ? '' : 's'} after validation`,
      ctx: { [`${side}_length`]: bound },
    };
  const [type, key, text] =
    side === 'min'
      ? (['greater_than', inclusive ? 'ge' : 'gt', 'greater than'] as const)
      : (['less_than', inclusive ? 'le' : 'lt', 'less than'] as const);
  return {
    type: inclusive ? `${type}_equal` : type,
    msg: `Input should be ${text}${inclusive ? ' or equal to' : ''} ${bound}`,
    ctx: { [key]: bound },
  };
}

function wordFormat(issue: ZodIssue & { code: 'invalid_format' }): Wording {
  switch (issue.format) {
    case 'email': {
      const reason = 'An email address must have an @-sign and a domain with a period.';
      return { type: 'value_error', msg: `value is not a valid email address: ${reason}`, ctx: { reason } };
    }
    case 'uuid':
    case 'guid': {
      const error = 'invalid group count, length or character';
      return { type: 'uuid_parsing', msg: `Input should be a valid UUID, ${error}`, ctx: { error } };
    }
    default:
      return { type: 'string_pattern_mismatch', msg: issue.message };
  }
}

const orList = (items: string[]) =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

const SECRET = /password|token|secret/i;
/** UTF-16 code units of a refused text in the answer. */
const LONGEST_ECHO = 200;

/** The rejected value for the response: secrets masked, long text truncated, nested values one level deep. */
function safeInput(value: unknown, path: readonly PropertyKey[]): unknown {
  if (path.some((step) => SECRET.test(String(step)))) return '***';
  if (typeof value === 'string') return safeText(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.slice(0, 20).map(leafOnly);
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 20)
      .map(([key, item]) => [key, SECRET.test(key) ? '***' : leafOnly(item)]),
  );
}

/** Truncated between graphemes, or between code points if a grapheme exceeds the limit. */
function safeText(text: string): string {
  if (text.length <= LONGEST_ECHO) return text.toWellFormed();
  // One unit more shows whether the last character ends at the cut.
  const beginning = text.slice(0, LONGEST_ECHO + 1);
  const cut =
    takeGraphemes(beginning, LONGEST_ECHO, ({ length }) => length) || takeCodePoints(beginning, LONGEST_ECHO);
  return `${cut.toWellFormed()}…`;
}

function takeCodePoints(text: string, max: number): string {
  let end = 0;
  for (const { length } of text) {
    if (end + length > max) break;
    end += length;
  }
  return text.slice(0, end);
}

function leafOnly(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}';
  return safeInput(value, []);
}
