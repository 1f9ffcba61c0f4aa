import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { InvalidInput } from '../errors.js';
import { markFloats, toFieldIssues } from '../field-issues.js';

const PLACES: Record<string, string> = { body: 'body', query: 'query', param: 'path', custom: 'header' };

/**
 * Validates an argument against the schema in its decorator, `@Body({ schema })`, and returns the parsed value.
 * Arguments without a schema are unchanged.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, data, schema }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    return parseInput(schema, value, PLACES[type] ?? type, data);
  }
}

/**
 * @param place of the value: `body`, `query`, `path` or `header`
 * @param name of the parameter, when the value is one parameter and not an object of them
 * @throws InvalidInput listing every issue as FastAPI does
 */
export function parseInput<T extends z.ZodType>(
  schema: T,
  value: unknown,
  place: string,
  name?: string,
): z.output<T> {
  const parsed = schema.safeParse(value, { error: markFloats });
  if (parsed.success) return parsed.data;
  if (!name) throw new InvalidInput(toFieldIssues(parsed.error.issues, place, value));
  const named = parsed.error.issues.map((issue) => ({ ...issue, path: [name, ...issue.path] }));
  throw new InvalidInput(toFieldIssues(named, place, { [name]: value }));
}
