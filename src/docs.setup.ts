import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule, type OpenAPIObject, type SwaggerCustomOptions } from '@nestjs/swagger';
import type { RequestHandler, Response } from 'express';
import type { WithLinkBase } from './common/links.js';
import { describeApi } from './openapi.js';
import { servedDocument } from './served-openapi.js';

/** Serves Swagger UI at `/docs`, and the document at `/openapi.json` and `/openapi.yaml`. */
export function serveDocs(app: NestExpressApplication, publicUrl: string | undefined): void {
  app.use('/docs', allowDocsPage(publicUrl), withoutSlash);
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Parley API',
    patchDocumentOnRequest: perReader(),
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, validatorUrl: null },
  });
}

type PatchDocument = NonNullable<SwaggerCustomOptions['patchDocumentOnRequest']>;

function perReader(): PatchDocument {
  let text: string | undefined;
  const patch = (request: WithLinkBase, response: Response, document: OpenAPIObject) => {
    // A cache would hand the address and the ids of one reader to others.
    response.set('Cache-Control', 'no-store');
    text ??= JSON.stringify(document);
    return servedDocument(text, request.linkBase ?? '');
  };
  // Its type has the server's requests as parameters of its own; ours is Express.
  return patch as PatchDocument;
}

/** Swagger UI's scripts are files; it has its styles in the page. Requests go to this API, wherever its clients see it. */
function allowDocsPage(publicUrl: string | undefined): RequestHandler {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${publicUrl ? ` ${new URL(publicUrl).origin}` : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return (_request, response, next) => {
    response.set('Content-Security-Policy', policy);
    next();
  };
}

/** `.` in the document is the folder of the page, which has one address. */
const withoutSlash: RequestHandler = (request, response, next) => {
  if (/^\/docs\/(?:\?|$)/.test(request.originalUrl)) response.redirect(302, '../docs');
  else next();
};
