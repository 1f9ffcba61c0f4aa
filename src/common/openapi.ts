import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiResponse,
  type OpenAPIObject,
  type StandardSchemaConverter,
} from '@nestjs/swagger';
import { z } from 'zod';

/** Title and version of the API in its document and index page. */
export const API_VERSION = '1.0.0';

/** Media types of JSON Lines. */
export const JSON_LINES = ['application/jsonl', 'application/x-ndjson', 'application/x-jsonlines'];

export const ERROR_TEXTS: Record<number, string> = {
  400: 'Refused; `detail` has the reason',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflicts with the present state',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'The input does not fit its schema',
  429: 'Too many requests',
  502: 'An upstream server failed',
  503: 'Temporarily unavailable',
};

/** An example of `detail` for each status. */
export const ERROR_EXAMPLES: Record<number, string> = {
  400: 'RESET_PASSWORD_BAD_TOKEN',
  401: 'Not authenticated',
  403: 'Admin only',
  404: 'Not Found',
  409: 'The previous message is still being answered',
  413: 'Request body is too large',
  415: 'Unsupported content encoding or charset',
  416: 'Range Not Satisfiable',
  429: 'Too many attempts. Please try again later.',
  502: 'The training materials could not be fetched',
  503: 'The server is busy. Please try again shortly.',
};

/**
 * The conversation id of all examples. Client-chosen ids belong to the first account that uses them: each served
 * document replaces it by a new one.
 */
export const EXAMPLE_CONVERSATION = '550e8400-e29b-41d4-a716-446655440000';

/** Body of every error but validation's. */
const errorSchema = z.object({ detail: z.string() }).meta({ id: 'Error', example: { detail: 'Not Found' } });

/** Body of a 422. */
const validationErrorSchema = z
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

/** Documents one status of a route; without a schema there is no body. */
export const ApiAnswer = (status: number, schema?: z.ZodType, description = STATUS_CODES[status]) =>
  ApiResponse({ status, description, ...(schema && { standardSchema: schema }) });

/** Documents statuses that refuse the request. A 401 is documented for every route that is not public. */
export const ApiErrors = (...statuses: number[]) =>
  applyDecorators(
    ...statuses.map((status) =>
      ApiAnswer(status, status === 422 ? validationErrorSchema : errorSchema, ERROR_TEXTS[status]),
    ),
  );

/** Documents an answer that is a file. @param type its media type */
export const ApiFile = (status: number, type: string) =>
  ApiResponse({
    status,
    description: STATUS_CODES[status],
    content: { [type]: { schema: { type: 'string', format: 'binary' } } },
  });

/** Documents a response that is an event stream. Every event has a schema with an id. */
export const ApiEventStream = (...events: z.ZodType[]) =>
  ApiResponse({
    status: 200,
    description: 'Server-sent events; the schema is that of the JSON behind each `data:`',
    content: { 'text/event-stream': { schema: anyOf(events, 'output') } },
  });

/**
 * Documents alternative request bodies that the route validates itself. Every body has a schema with an id and an
 * example; its title names the example.
 */
export const ApiBodies = (bodies: z.ZodType[], { required = true } = {}) => {
  const examples = bodies.flatMap(namedExample);
  return ApiBody({
    required,
    schema: anyOf(bodies, 'input'),
    ...(examples.length > 1 && { examples: Object.fromEntries(examples) }),
  });
};

/** Documents a request body in JSON Lines. @param line with an id and an example */
export const ApiJsonLines = (line: z.ZodType) =>
  applyDecorators(
    ApiConsumes(JSON_LINES[0]!),
    ApiBody({
      description: 'a JSON document on each line',
      schema: { type: 'string', example: `${JSON.stringify(line.meta()?.example)}\n` },
    }),
  );

function namedExample(schema: z.ZodType) {
  const { id = '', title = id, example } = schema.meta() ?? {};
  return example === undefined ? [] : [[id, { summary: title, value: example }] as const];
}

/** Documents the WebSocket frames of a gateway, which belong to no route. */
export const ApiFrames = (sent: z.ZodType, ...taken: z.ZodType[]): ClassDecorator => {
  refTo(sent, 'output');
  for (const schema of taken) refTo(schema, 'input');
  return () => undefined;
};

type Direction = 'input' | 'output';
type Components = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Schemas referenced by name in decorators, which Nest does not discover. */
const referred = new Map<z.ZodType, Direction>();

function refTo(schema: z.ZodType, direction: Direction) {
  referred.set(schema, direction);
  return { $ref: `#/components/schemas/${schema.meta()?.id}` };
}

function anyOf(schemas: z.ZodType[], direction: Direction) {
  const refs = schemas.map((schema) => refTo(schema, direction));
  return refs.length === 1 ? refs[0]! : { anyOf: refs };
}

/** The components that decorators of this file refer to. */
export const referredComponents = (): Components =>
  Object.assign(
    {},
    ...[...referred].map(([schema, direction]) => toJsonSchema(schema, direction).definitions),
  );

function toJsonSchema(schema: z.ZodType, io: Direction) {
  const json = z.toJSONSchema(schema, { io, target: 'openapi-3.0', unrepresentable: 'any' });
  const { $schema: _, ...rest } = JSON.parse(
    JSON.stringify(json).replaceAll('#/definitions/', '#/components/schemas/'),
  ) as object & { $schema?: string; definitions?: Components };
  return rest;
}

/** Converts zod schemas to OpenAPI: those with `.meta({ id })` become components. */
export const zodToOpenApi: StandardSchemaConverter = (schema, { schemaType }) => {
  if (!(schema instanceof z.ZodType)) return undefined;
  const { definitions: components, ...root } = toJsonSchema(schema, schemaType);
  return { schema: root, components };
};
