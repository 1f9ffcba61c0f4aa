import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiResponse, type StandardSchemaConverter } from '@nestjs/swagger';
import { z } from 'zod';

const ERROR_TEXTS: Record<number, string> = {
  400: 'Refused; the detail says why',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflicts with the present state',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'The input does not fit its schema',
  429: 'Too many requests',
  503: 'Temporarily unavailable',
};

/** Body of every error but validation's. */
export const errorSchema = z
  .object({ detail: z.string() })
  .meta({ id: 'Error', example: { detail: 'Not Found' } });

/** Body of a 422. */
export const validationErrorSchema = z
  .object({
    detail: z.array(
      z.object({
        type: z.string(),
        loc: z.array(z.union([z.string(), z.int()])),
        msg: z.string(),
        input: z.unknown(),
        ctx: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  })
  .meta({
    id: 'ValidationError',
    example: { detail: [{ type: 'missing', loc: ['body', 'message'], msg: 'Field required', input: {} }] },
  });

/** Documents one status of a route; without a schema it has no body. */
export const ApiAnswer = (status: number, schema?: z.ZodType, description = '') =>
  ApiResponse({ status, description, ...(schema && { standardSchema: schema }) });

/** Documents statuses that refuse the request. */
export const ApiErrors = (...statuses: number[]) =>
  applyDecorators(
    ...statuses.map((status) =>
      ApiAnswer(status, status === 422 ? validationErrorSchema : errorSchema, ERROR_TEXTS[status]),
    ),
  );

/** Documents a route that takes one of several bodies and answers with a stream of events. */
export const ApiEventStream = (bodies: z.ZodType[], events: z.ZodType[]) =>
  applyDecorators(
    ApiBody({ schema: inlineSchema(z.union(bodies), 'input') }),
    ApiResponse({
      status: 200,
      description: 'Server-sent events; the schema is that of the JSON behind each `data:`',
      content: { 'text/event-stream': { schema: inlineSchema(z.union(events), 'output') } },
    }),
  );

/** A schema of a body that its route checks itself. */
export const jsonSchema = (schema: z.ZodType) => inlineSchema(schema, 'input');

const toJsonSchema = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, target: 'openapi-3.0', unrepresentable: 'any' });

/** A schema with everything it refers to written out, for places where Nest takes no zod schema. */
const inlineSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'openapi-3.0',
    unrepresentable: 'any',
    reused: 'inline',
  });
  return json as object;
};

/** How zod schemas become OpenAPI: those with a `.meta({ id })` as components. */
export const zodToOpenApi: StandardSchemaConverter = (schema, { schemaType }) => {
  if (!(schema instanceof z.ZodType)) return undefined;
  const { $schema: _, definitions: components, ...root } = toJsonSchema(schema, schemaType);
  return { schema: root, components: components as Record<string, object> | undefined };
};
