import { z } from 'zod';
import { parseInput } from '../../common/http/validation.pipe.js';
import type { Json, JsonObject } from '../../common/json.js';

/**
 * @param schema JSON Schema of a tool's input
 * @param input in place of the model's
 * @throws InvalidInput naming each argument that does not fit
 */
export function refuseUnfitInput(schema: JsonObject, input: unknown): void {
  const fitting = readSchema(schema);
  if (fitting) parseInput(fitting, input, 'body', 'input');
}

/** @returns null for a schema that cannot be read, such as one with a broken reference: the tool checks its input */
function readSchema(schema: JsonObject): z.ZodType | null {
  try {
    return z.fromJSONSchema(withoutFormats(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return null;
  }
}

/** Formats are notes for models: servers read them differently. */
function withoutFormats(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(withoutFormats);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== 'format' || typeof value !== 'string',
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutFormats(value)]));
}
