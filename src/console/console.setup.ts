import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestHandler } from 'express';
import type { Config } from '../config/config.js';
import { FirstAdminSetup } from '../auth/accounts/first-admin-setup.js';
import { ConsoleFiles, rootOf } from './console-files.js';

/** Scripts and styles are files of this server, and requests go to it alone. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const YEAR = 'public, max-age=31536000, immutable';

/**
 * Serves the console to browsers, at `/` and the addresses of its views, and its files below `/assets`. Whoever does
 * not ask for HTML gets the API's answers everywhere.
 */
export function serveConsole(app: NestExpressApplication, config: Config): void {
  const files = ConsoleFiles.find();
  if (!files) return;
  app.use('/assets', sendFile(files));
  app.use(sendPage(files, config, app.get(FirstAdminSetup)));
}

const sendFile =
  (files: ConsoleFiles): RequestHandler =>
  (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const accepts = (encoding: string) => Boolean(request.acceptsEncodings(encoding));
    const file = files.file(request.path.slice(1), accepts);
    if (!file) return next();
    response.set({ 'Content-Type': file.type, Vary: 'Accept-Encoding', 'Cache-Control': YEAR });
    if (file.encoding) response.set('Content-Encoding', file.encoding);
    response.sendFile(file.path, { cacheControl: false, lastModified: false, etag: false }, (error) => {
      if (error && !response.headersSent) next(error);
    });
  };

const sendPage = (files: ConsoleFiles, config: Config, firstAdmin: FirstAdminSetup): RequestHandler => {
  const facts = {
    model: config.hasModel ? 'configured' : 'offline',
    rooms: config.roomsNeedToken ? 'token' : 'open',
  } as const;
  const hasAdmin = async () => !(await firstAdmin.isOpen().catch(() => false));
  return async (request, response, next) => {
    const root = request.method === 'GET' || request.method === 'HEAD' ? rootOf(request.path) : undefined;
    if (root === undefined || request.accepts(['json', 'html']) !== 'html') return next();
    response
      .set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache', Vary: 'Accept' })
      .type('html')
      .send(files.pageAt(root, { ...facts, admin: (await hasAdmin()) ? 'present' : 'missing' }));
  };
};
