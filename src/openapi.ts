import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ERROR_EXAMPLES, ERROR_TEXTS, referredComponents, zodToOpenApi } from './common/openapi.js';

/** The OpenAPI document of the running module graph. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'A self-hosted conversation backend: streamed answers, remembered conversations, cited documents. ' +
        'WebSockets are described in docs/websockets.md; the schemas of their frames are here.',
    )
    .setVersion('0.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    standardSchemaConverter: zodToOpenApi,
    operationIdFactory: (_controller, method) => method,
  });
  Object.assign(document.components!.schemas!, referredComponents());
  for (const operation of operationsOf(document)) {
    if (!operation.security) operation.responses = { ...operation.responses, 401: UNAUTHENTICATED };
    for (const [status, response] of Object.entries(operation.responses)) addErrorExample(status, response);
  }
  return plainOpenApi30(document);
}

const ERROR = { $ref: '#/components/schemas/Error' };

/** Of every route that does not say that it is public. */
const UNAUTHENTICATED = {
  description: ERROR_TEXTS[401]!,
  content: { 'application/json': { schema: ERROR } },
};

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const operationsOf = ({ paths }: OpenAPIObject): Operation[] =>
  Object.values(paths).flatMap(({ get, post, put, patch, delete: remove }) =>
    [get, post, put, patch, remove].filter((operation) => operation !== undefined),
  );

/** All errors share one schema, but not one example. */
function addErrorExample(status: string, response: Operation['responses'][string]): void {
  const example = ERROR_EXAMPLES[Number(status)];
  if (!example || !response || !('content' in response)) return;
  for (const content of Object.values(response.content ?? {}))
    if (JSON.stringify(content.schema) === JSON.stringify(ERROR)) content.example = { detail: example };
}

const NULL = { type: 'object', nullable: true, enum: [null] };

/** OpenAPI 3.0 knows no `nullable` beside a reference, no `contentEncoding`, and needs no `allOf` of one. */
const plainOpenApi30 = (document: OpenAPIObject) =>
  JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { contentEncoding: _encoding, ...schema } = value as Record<string, unknown>;
    describeDefaults(schema);
    const { allOf, nullable, ...rest } = schema;
    if (!Array.isArray(allOf) || allOf.length !== 1) return schema;
    if (nullable) return { ...rest, anyOf: [...(allOf as object[]), NULL] };
    return Object.keys(rest).length === 0 ? (allOf[0] as object) : schema;
  }) as OpenAPIObject;

/** Generators of clients take a property with a default for one that is always there: it is described instead. */
function describeDefaults({ type, properties, required = [] }: Record<string, unknown>): void {
  if (type !== 'object' || typeof properties !== 'object' || properties === null) return;
  for (const [name, property] of Object.entries(properties as Record<string, Record<string, unknown>>)) {
    if (property.default === undefined || (required as string[]).includes(name)) continue;
    const text = `Default: ${JSON.stringify(property.default)}`;
    property.description = property.description ? `${String(property.description)} ${text}` : text;
    delete property.default;
  }
}
