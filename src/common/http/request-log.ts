import type { Request, RequestHandler } from 'express';
import type { IncomingMessage } from 'node:http';
import { pinoHttp } from 'pino-http';
import { idsOfRequest, type WithRequestId } from './request-id.js';
import type { Logger } from '../logger.js';

/**
 * One line a request: method, route, status and time. Not the path, which holds ids that clients choose: a log keeps
 * them after their account is erased. Nor the query, which may hold a token.
 */
export function requestLog({ pino }: Logger): RequestHandler {
  if (!pino.isLevelEnabled('info')) return (_request, _response, next) => next();
  return pinoHttp({
    logger: pino,
    genReqId: (request: IncomingMessage & WithRequestId) => request.requestId ?? '',
    customProps: (request: IncomingMessage & WithRequestId) => idsOfRequest(request),
    // The route is known when the request is completed.
    quietReqLogger: true,
    quietResLogger: true,
    customSuccessObject: (req, _response, fields: object) => ({ ...fields, req }),
    customErrorObject: (req, _response, _error, fields: object) => ({ ...fields, req }),
    wrapSerializers: false,
    serializers: {
      req: (request: Request) => ({ id: request.id, method: request.method, path: routeOf(request) }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    autoLogging: { ignore: (request) => request.url?.startsWith('/health') ?? false },
  });
}

/** The pattern of the route that has answered, such as `/runs/:run_id`; the path itself where there is none. */
export function routeOf(request: Request): string {
  const { route } = request as { route?: { path?: unknown } };
  return typeof route?.path === 'string' ? route.path : request.originalUrl.split('?', 1)[0]!;
}
