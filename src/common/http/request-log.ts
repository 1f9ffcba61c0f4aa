import type { Request, RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import { idsOfRequest } from './request-id.js';
import type { Logger } from '../logger.js';

/**
 * One log line per request: method, route, status and duration. Not the path, which contains client-chosen ids that
 * would outlive the erasure of an account; nor the query, which may contain a token.
 */
export function requestLog({ pino }: Logger): RequestHandler {
  if (!pino.isLevelEnabled('info')) return (_request, _response, next) => next();
  return pinoHttp({
    logger: pino,
    // Bindings would repeat the ids that the logger adds within the request's call context.
    genReqId: () => undefined as unknown as string,
    // The route is known when the request is completed.
    quietReqLogger: true,
    quietResLogger: true,
    customSuccessObject: (req, _response, fields: object) => ({ ...idsOfRequest(req), ...fields, req }),
    customErrorObject: (req, _response, _error, fields: object) => ({ ...idsOfRequest(req), ...fields, req }),
    wrapSerializers: false,
    serializers: {
      req: (request: Request) => ({ method: request.method, path: routeOf(request) }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    autoLogging: { ignore: (request) => request.url?.startsWith('/health') ?? false },
  });
}

/** Pattern of the matched route, such as `/runs/:run_id`; without one, the path. */
export function routeOf(request: Request): string {
  const { route } = request as { route?: { path?: unknown } };
  return typeof route?.path === 'string' ? route.path : request.originalUrl.split('?', 1)[0]!;
}
