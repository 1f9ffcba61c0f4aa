import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { OPENAI_ERROR_EXAMPLES } from './chat/surfaces/openai/schemas.js';
import { SURFACES } from './chat/surfaces.js';
import {
  API_VERSION,
  ERROR_EXAMPLES,
  ERROR_TEXTS,
  referredComponents,
  zodToOpenApi,
} from './common/openapi.js';

const GUIDE = `A self-hosted conversation backend: streamed answers, remembered conversations, cited documents.

**To try it on this page:** open an account with \`POST /auth/register\`, press *Authorize* and log in with the e-mail address
and password, then send a message with \`POST /chat\`. The page keeps the token until you log out.

**Which routes a new client should use:** *Chat* (a message without \`session_id\`) with *RAG assistant* for conversations,
files and sources, and *Runs* to resume or stop an answer. An answer continues when its connection is lost: its run id is in
the \`X-Run-Id\` header, and \`GET /runs/{run_id}/stream\` continues after the \`Last-Event-ID\`. Programs that use an OpenAI client take \`/v1\` as its
base address. The tags from *Movie Finder*
on serve programs that already speak their formats. All of them share one store of accounts and conversations.

WebSockets are described in docs/websockets.md; the schemas of their frames are here.`;

/** In the order of the documentation: the routes for a new client come first. */
const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Authentication', 'Accounts, and pairs of access and refresh tokens. For new clients.'],
  ['Chat', 'Messages and streamed answers. For new clients: send a body without `session_id`.'],
  ['RAG assistant', 'Conversations, files, and sources of answers. For new clients.'],
  ['Conversations', 'Search, names, ratings and messages from outside. For new clients.'],
  ['Memories', 'Facts about the caller, for the caller’s own prompts. For new clients.'],
  ['Schedules', 'Messages that are sent for the caller at the times of a cron expression. For new clients.'],
  ['Branches', 'Second answers, edited messages and copies of conversations. For new clients.'],
  ['Runs', 'The native API of answers: status, resuming a stream, stopping, continuing. For new clients.'],
  ['Rooms', 'Short-lived shared logs of messages, which no model answers. For new clients that need one.'],
  ...SURFACES.flatMap(({ tag }) => (tag ? [tag] : [])),
  ['FastAPI Users', 'Accounts as programs written for FastAPI Users expect them; the agent desk uses them.'],
  ['Admin', 'For members of the group of admins: documents of everybody, ingestion, training materials.'],
  ['Health', 'For probes of a load balancer or an orchestrator.'],
];

/** The OpenAPI document of the running module graph. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(GUIDE)
    .setVersion(API_VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This server')
    .addOAuth2(
      {
        type: 'oauth2',
        description:
          'Log in with e-mail address (as `username`) and password; the client id and secret stay empty.',
        flows: { password: { tokenUrl: '/auth/jwt/login', scopes: {} } },
      },
      'password',
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An access token, from any log-in.',
      },
      'bearer',
    )
    .addSecurityRequirements('password')
    .addSecurityRequirements('bearer');
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    standardSchemaConverter: zodToOpenApi,
    // A controller without a tag names one for each of its routes.
    autoTagControllers: false,
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

/** For every route that is not declared public. */
const UNAUTHENTICATED = {
  description: ERROR_TEXTS[401]!,
  content: { 'application/json': { schema: ERROR } },
};

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const operationsOf = ({ paths }: OpenAPIObject): Operation[] =>
  Object.values(paths).flatMap(({ get, post, put, patch, delete: remove }) =>
    [get, post, put, patch, remove].filter((operation) => operation !== undefined),
  );

/** All errors of a wire share one schema, but not one example: by schema and status. */
const EXAMPLES = new Map<string, Record<number, object>>([
  [
    ERROR.$ref,
    Object.fromEntries(Object.entries(ERROR_EXAMPLES).map(([status, detail]) => [status, { detail }])),
  ],
  ['#/components/schemas/OpenAiError', OPENAI_ERROR_EXAMPLES],
]);

function addErrorExample(status: string, response: Operation['responses'][string]): void {
  if (!response || !('content' in response)) return;
  for (const content of Object.values(response.content ?? {})) {
    if (!content.schema || !('$ref' in content.schema)) continue;
    const example = EXAMPLES.get(content.schema.$ref)?.[Number(status)];
    if (example) content.example = example;
  }
}

const NULL = { type: 'object', nullable: true, enum: [null] };

/** OpenAPI 3.0 has no `nullable` beside a reference, no `contentEncoding`, and needs no `allOf` of one. */
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
