import { randomUUID } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import { EXAMPLE_CONVERSATION } from './common/openapi.js';

/**
 * The document for one reader: its server and its log-in are where this reader sees the API, and the conversation of
 * its examples is nobody's yet.
 * @param text JSON of the document
 * @param base what links begin with: an address, a path, or nothing where neither is known
 */
export function servedDocument(text: string, base: string): OpenAPIObject {
  const document = JSON.parse(text.replaceAll(EXAMPLE_CONVERSATION, randomUUID())) as OpenAPIObject;
  const root = base || '.';
  document.servers = [{ url: root }];
  for (const scheme of Object.values(document.components?.securitySchemes ?? {}))
    if ('flows' in scheme && scheme.flows?.password)
      scheme.flows.password.tokenUrl = `${root}/auth/jwt/login`;
  return document;
}
