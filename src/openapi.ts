import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ERROR_TEXTS, referredComponents, zodToOpenApi } from './common/openapi.js';

/** The OpenAPI document of the running module graph. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'A self-hosted conversation backend: streamed answers, remembered conversations, cited documents. ' +
        'WebSockets are described in docs/websockets.md; the schemas of their frames are here.',
    )
    .setVersion('0.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    standardSchemaConverter: zodToOpenApi,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  Object.assign(document.components!.schemas!, referredComponents());
  for (const operation of operationsOf(document))
    if (!operation.security) operation.responses = { ...operation.responses, 401: UNAUTHENTICATED };
  return document;
}

/** Of every route that does not say that it is public. */
const UNAUTHENTICATED = {
  description: ERROR_TEXTS[401]!,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

const operationsOf = ({ paths }: OpenAPIObject) =>
  Object.values(paths).flatMap(({ get, post, put, patch, delete: remove }) =>
    [get, post, put, patch, remove].filter((operation) => operation !== undefined),
  );
