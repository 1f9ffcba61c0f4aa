import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** A webhook as it arrived. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server on a loopback port that takes webhooks, and answers 204 unless told otherwise. */
export class Receiver {
  readonly received: Received[] = [];
  private readonly answers = new Map<string, (response: ServerResponse) => void>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => {
      const take = async () => {
        const path = request.url ?? '';
        receiver.received.push({ path, headers: request.headers, body: await readText(request) });
        const answer = receiver.answers.get(path);
        if (answer) answer(response);
        else response.writeHead(204).end();
      };
      void take();
    });
    return receiver;
  }

  /** How one path is answered from now on. */
  answer(path: string, status: number, headers: Record<string, string> = {}, body = ''): void {
    this.answers.set(path, (response) => response.writeHead(status, headers).end(body));
  }

  /** What has arrived at a path, oldest first. */
  at(path: string): Received[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
