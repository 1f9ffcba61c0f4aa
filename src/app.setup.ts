import { once } from 'node:events';
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { json, text, urlencoded, type Request, type RequestHandler } from 'express';
import { BrowserAccess } from './browser-access.js';
import { AppModule } from './app.module.js';
import { deferErrors } from './common/http/body.guard.js';
import { Logger } from './common/logger.js';
import { linkBaseOf, type WithLinkBase } from './common/links.js';
import { JSON_LINES } from './common/openapi.js';
import { ParleyWsAdapter } from './common/sockets/ws.adapter.js';
import { nameRequest } from './common/http/request-id.js';
import { requestLog } from './common/http/request-log.js';
import type { Config } from './config/config.js';
import { SettingError } from './config/env.js';
import { serveConsole } from './console/console.setup.js';
import { serveDocs } from './docs.setup.js';
import { announceKeepAlive } from './stop-serving.js';
import { measureSockets, serveMetricsRoute } from './metrics.setup.js';

/** Responses are data: one that a browser displays cannot load, run or frame anything. */
const NO_PAGE = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The whole API as it runs in production and in tests; not listening yet. */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), {
    bodyParser: false,
    logger: new Logger(config),
    abortOnError: false,
    // Two handlers of one method and path would hide one another; `/chat/sessions` goes before `/chat/:id`.
    routeConflictPolicy: { duplicate: 'error' },
    routeResolutionStrategy: 'specificity',
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.env.TRUST_PROXY);
  app.use(helmet({ contentSecurityPolicy: NO_PAGE }));
  const browsers = new BrowserAccess(config);
  app.enableCors({
    origin: browsers.origins,
    credentials: true,
    maxAge: 600,
    exposedHeaders: [
      'X-Run-Id',
      'Mcp-Session-Id',
      'Retry-After',
      'RateLimit',
      'RateLimit-Policy',
      'Link',
      'X-Request-Id',
    ],
  });
  const sockets = new ParleyWsAdapter(app, browsers.mayOpenSocket);
  app.useWebSocketAdapter(sockets);
  measureSockets(app, sockets);
  serveMetricsRoute(app, config);
  const limit = config.env.MAX_BODY_KB * 1024;
  app.use(
    deferErrors(json({ limit, strict: false })),
    deferErrors(urlencoded({ limit, extended: false })),
    deferErrors(text({ limit, type: JSON_LINES })),
  );
  app.use(nameRequest, requestLog(app.get(Logger)), browsers.refuseForeignHosts, knowLinkBase(config));
  if (config.servesDocs) serveDocs(app, config.env.PUBLIC_URL);
  serveConsole(app, config);
  app.use(keepPrivate);
  return app;
}

/** @throws SettingError when the port or address cannot be had */
export async function listen(app: NestExpressApplication, config: Config): Promise<string> {
  await app.init();
  const server: Server = app.getHttpServer();
  announceKeepAlive(server);
  // Longer than a proxy or client keeps its idle connections, so that it is never the one surprised by a close.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  try {
    server.listen(config.env.PORT, config.host);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new SettingError(`PORT ${config.env.PORT} is already in use on ${config.host}`);
    if (code === 'EACCES') throw new SettingError(`PORT ${config.env.PORT} may not be used by this user`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new SettingError(`HOST ${config.host} is not an address of this machine`);
    throw error;
  }
  const { port } = server.address() as { port: number };
  return `http://${config.host === '0.0.0.0' ? 'localhost' : config.host}:${port}`;
}

/** Tokens and personal data must not be cached. Routes may override this. */
const keepPrivate: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

const knowLinkBase =
  ({ env }: Config): RequestHandler =>
  (request: WithLinkBase & Request, _response, next) => {
    const prefix = env.TRUST_PROXY > 0 ? request.headers['x-forwarded-prefix'] : undefined;
    request.linkBase = linkBaseOf(env.PUBLIC_URL, prefix);
    next();
  };
