import { z } from 'zod';
import type { AnswerFormat, Generation } from '../../adapters/chat-model/chat-model.js';
import type { Agent } from '../../agents/agent.js';
import type { JsonObject } from '../../common/json.js';
import { isStorableJson, storableText } from '../../common/text.js';
import { unfit } from './unfit.js';

/** Maximum UTF-16 units of a JSON Schema; it is part of every model request. */
const MAX_SCHEMA = 64 * 1024;

const schemaFields = {
  name: z.string().regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, at most 64'),
  description: storableText().max(1_000).nullish(),
  schema: z
    .record(z.string(), z.unknown())
    .refine((schema) => JSON.stringify(schema).length <= MAX_SCHEMA, `more than ${MAX_SCHEMA} characters`)
    .refine((schema) => isStorableJson(schema), 'not storable')
    .nullish(),
  strict: z.boolean().nullish(),
};
const anyText = z.object({ type: z.literal('text') });
const anyJson = z.object({ type: z.literal('json_object') });

/** OpenAPI 3.0 requires a type with `nullable`. */
const inOpenApi = { type: 'object' };

/** `response_format` of chat completions. */
export const responseFormatSchema = z
  .discriminatedUnion('type', [
    anyText,
    anyJson,
    z.object({ type: z.literal('json_schema'), json_schema: z.object(schemaFields) }),
  ])
  .meta(inOpenApi);

/** `text.format` of Responses: the schema's fields are inline, beside its type. */
export const textFormatSchema = z
  .discriminatedUnion('type', [
    anyText,
    anyJson,
    z.object({ type: z.literal('json_schema'), ...schemaFields }),
  ])
  .meta(inOpenApi);

type Requested = z.output<typeof responseFormatSchema> | z.output<typeof textFormatSchema>;

/** @returns undefined for text */
export function answerFormatOf(requested: Requested | null | undefined): AnswerFormat | undefined {
  if (!requested || requested.type === 'text') return undefined;
  if (requested.type === 'json_object') return { type: 'json_object' };
  const { name, description, schema, strict } =
    'json_schema' in requested ? requested.json_schema : requested;
  const named = {
    name,
    ...(description && { description }),
    ...(schema && { schema: schema as JsonObject }),
    ...(typeof strict === 'boolean' && { strict }),
  };
  return { type: 'json_schema', json_schema: named };
}

/**
 * Refuses a JSON format for an agent that cannot produce JSON.
 * @param field of the body that sets the format
 * @throws InvalidInput
 */
export function refuseUnwritable(agent: Agent, generation: Generation | undefined, field: string): void {
  if (!generation?.format || agent.writesJson) return;
  throw unfit(
    field,
    `Unsupported parameter: '${agent.id}' cannot answer in JSON: that takes an agent for which a configured model writes`,
    'unsupported_parameter',
  );
}
