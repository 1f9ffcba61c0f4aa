import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocketServer, type WebSocket } from 'ws';

/** A socket that has not answered one ping by the next is gone. */
const PING_MS = 15_000;
/** Bytes of the largest frame a client may send; a larger one closes its socket with 1009. */
const MAX_FRAME = 64 * 1024;

/** An upgrade request with the parts of its path and query that its gateway asked for. */
export interface SocketRequest extends IncomingMessage {
  params: Record<string, string>;
  query: URLSearchParams;
}

interface Door {
  pattern: RegExp;
  server: WebSocketServer;
}

/** Nest's adapter compares paths letter by letter; this one knows `/rooms/:id`, and who may come from where. */
export class ParleyWsAdapter extends WsAdapter {
  private readonly doors: Door[] = [];
  private readonly pings = setInterval(() => this.ping(), PING_MS).unref();

  /** @param isAllowed whether a page of this origin may open sockets; clients that are no browser send none */
  constructor(
    private readonly app: INestApplicationContext & { getHttpServer(): Server },
    private readonly isAllowed: (origin: string) => boolean,
  ) {
    super(app);
  }

  override create(_port: number, { path = '/' }: { path?: string } = {}): WebSocketServer {
    if (this.doors.length === 0) this.app.getHttpServer().on('upgrade', this.upgrade);
    const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, clientTracking: true });
    this.doors.push({ pattern: toPattern(path), server });
    return server;
  }

  /** Gateways read their frames themselves: they are not Nest's `{ event, data }`. */
  override bindMessageHandlers(client: WebSocket): void {
    // A broken frame or a lost connection ends in `close`; without a listener it would end the process.
    client.on('error', ignore);
    client.on('pong', hear);
  }

  /** No gateway asks when a socket closes: they listen themselves. */
  override bindClientDisconnect(): void {}

  override async dispose(): Promise<void> {
    clearInterval(this.pings);
    this.app.getHttpServer().off('upgrade', this.upgrade);
    await super.dispose();
  }

  private ping(): void {
    for (const { server } of this.doors)
      for (const client of server.clients) {
        if (silent.has(client)) client.terminate();
        silent.add(client);
        client.ping();
      }
  }

  private readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', destroy);
    const target = parseTarget(request.url);
    if (!target) return refuse(socket, '400 Bad Request');
    if (request.headers.origin && !this.isAllowed(request.headers.origin))
      return refuse(socket, '403 Forbidden');
    for (const { pattern, server } of this.doors) {
      const params = match(pattern, target.pathname);
      if (!params) continue;
      Object.assign(request, { params, query: target.searchParams });
      return server.handleUpgrade(request, socket, head, (client) =>
        server.emit('connection', client, request),
      );
    }
    refuse(socket, '404 Not Found');
  };
}

/*
 * What listens as long as a socket lives is one function for all: closures are a good part of what an idle socket costs,
 * and one in place of `destroy` would keep the whole upgrade request.
 */

/** Sockets that have not answered the last ping. */
const silent = new WeakSet<WebSocket>();

function hear(this: WebSocket): void {
  silent.delete(this);
}

function ignore(): void {}

function destroy(this: Duplex): void {
  this.destroy();
}

/** `/rooms/:id/ws` as an expression with a named group for each parameter; a trailing slash is allowed. */
const toPattern = (path: string) => new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`);

function parseTarget(target = ''): URL | null {
  return URL.canParse(target, 'ws://parley') ? new URL(target, 'ws://parley') : null;
}

function match(pattern: RegExp, path: string): Record<string, string> | null {
  const found = pattern.exec(path);
  try {
    return (
      found &&
      Object.fromEntries(Object.entries(found.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]))
    );
  } catch {
    return null;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
