import type { IncomingMessage, Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocket, WebSocketServer } from 'ws';
import { inCall, readTraceparent, traceIdOf } from '../../telemetry/call-context.js';
import { readProtocols } from './socket-protocols.js';

/** Ping interval in ms; a socket without a pong by the next ping is dead. */
const PING_MS = 15_000;
/** Maximum client pings per interval: each is answered, outside the frame limit. */
const MAX_PINGS = 1_000;
/** Unread bytes of a client beyond which its pings are not answered, as pongs would pile up. */
const MAX_UNREAD = 64 * 1024;
/** Maximum fragments of a client frame: each takes far more memory than its bytes. */
const MAX_FRAGMENTS = 256;
/** The options of a gateway's decorator. */
export interface GatewayOptions {
  /** Such as `/rooms/:id`. */
  path: string;
  /** Maximum size of a client frame in KiB: more than the longest message in any encoding. */
  maxFrameKb: number;
  /** Error frame sent before a larger frame closes the socket with 1009. */
  tooLarge: string;
}

/** An upgrade request with the path and query parameters that its gateway declares. */
export interface SocketRequest extends IncomingMessage {
  params: Record<string, string>;
  query: URLSearchParams;
  /** The client's token or ticket: from the query, an `Authorization` header, or the subprotocol after `bearer`. */
  token: string | null;
}

interface GatewayRoute {
  pattern: RegExp;
  server: WebSocketServer;
}

/**
 * Nest's adapter compares paths literally; this one supports templates such as `/rooms/:id`, and checks origins.
 */
export class ParleyWsAdapter extends WsAdapter {
  private readonly routes: GatewayRoute[] = [];
  private readonly pings = setInterval(() => this.ping(), PING_MS).unref();

  /** @param mayOpen whether a request may open a socket, by its `Origin` and `Host` */
  constructor(
    private readonly app: INestApplicationContext & { getHttpServer(): Server },
    private readonly mayOpen: (request: IncomingMessage) => boolean,
  ) {
    super(app);
  }

  override create(_port: number, { path, maxFrameKb, tooLarge }: GatewayOptions): WebSocketServer {
    if (this.routes.length === 0) this.app.getHttpServer().on('upgrade', this.upgrade);
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      maxPayload: maxFrameKb * 1024,
      maxFragments: MAX_FRAGMENTS,
      autoPong: false,
      WebSocket: explaining(tooLarge, `a frame over ${maxFrameKb} KiB`),
      handleProtocols: (_offered, { headers }) =>
        readProtocols(headers['sec-websocket-protocol']).protocol ?? false,
    });
    this.routes.push({ pattern: toPattern(path), server });
    return server;
  }

  /** Gateways parse their frames themselves: they are not in Nest's format `{ event, data }`. */
  override bindMessageHandlers(client: WebSocket): void {
    // A broken frame or a lost connection ends in `close`; without a listener it would end the process.
    client.on('error', ignore);
    client.on('pong', onPong);
  }

  /** Unused: gateways add their own listeners for closing sockets. */
  override bindClientDisconnect(): void {}

  override async dispose(): Promise<void> {
    clearInterval(this.pings);
    this.app.getHttpServer().off('upgrade', this.upgrade);
    await super.dispose();
  }

  /** Number of open sockets, and bytes buffered in this process for slow clients. */
  get load(): { open: number; bufferedBytes: number } {
    let [open, bufferedBytes] = [0, 0];
    for (const { server } of this.routes)
      for (const client of server.clients) {
        open += 1;
        bufferedBytes += client.bufferedAmount;
      }
    return { open, bufferedBytes };
  }

  private ping(): void {
    for (const { server } of this.routes)
      for (const client of server.clients) {
        if (silent.has(client)) client.terminate();
        silent.add(client);
        pings.delete(client);
        client.ping();
      }
  }

  private readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', destroy);
    const target = parseTarget(request.url);
    if (!target) return refuse(socket, '400 Bad Request');
    if (!this.mayOpen(request)) return refuse(socket, '403 Forbidden');
    for (const { pattern, server } of this.routes) {
      const params = match(pattern, target.pathname);
      if (!params) continue;
      const query = target.searchParams;
      Object.assign(request, { params, query, token: tokenOf(request, query) });
      const requestId = randomUUID();
      const call = {
        traceId: traceIdOf(requestId),
        ...readTraceparent(request.headers.traceparent),
        requestId,
      };
      return inCall(call, () =>
        server.handleUpgrade(request, socket, head, (client) => {
          client.on('ping', onPing);
          server.emit('connection', client, request);
        }),
      );
    }
    refuse(socket, '404 Not Found');
  };
}

/*
 * All sockets share one listener function: closures are a large part of an idle socket's memory, and one in place
 * of `destroy` would retain the whole upgrade request.
 */

/** Sockets that have not answered the last ping. */
const silent = new WeakSet<WebSocket>();

function onPong(this: WebSocket): void {
  silent.delete(this);
}

/** Pings since the last heartbeat, by socket. */
const pings = new WeakMap<WebSocket, number>();

function onPing(this: WebSocket, data: Buffer): void {
  const count = (pings.get(this) ?? 0) + 1;
  pings.set(this, count);
  if (count > MAX_PINGS) this.terminate();
  else if (this.bufferedAmount <= MAX_UNREAD) this.pong(data);
}

function ignore(): void {}

function destroy(this: Duplex): void {
  this.destroy();
}

/** A socket that sends the reason before the library closes it for a frame that is too large. */
const explaining = (tooLarge: string, reason: string) =>
  class extends WebSocket {
    override close(code?: number, data?: string | Buffer): void {
      const isTooLarge = code === 1009 && data === undefined;
      if (isTooLarge) this.send(tooLarge);
      super.close(code, isTooLarge ? reason : data);
    }
  };

const tokenOf = ({ headers }: IncomingMessage, query: URLSearchParams): string | null =>
  query.get('ticket') ||
  query.get('token') ||
  (/^bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1] ??
    readProtocols(headers['sec-websocket-protocol']).token ??
    null);

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
