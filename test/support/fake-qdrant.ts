import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { Schemas } from '@qdrant/js-client-rest';
import { QdrantRefusal } from './fake-qdrant-api.js';
import { FakeCollections } from './fake-qdrant-collections.js';

/**
 * As much of Qdrant as Parley asks for, on a loopback port: it stores, filters and ranks, in memory and exactly. What
 * it does not know it refuses. Requests and answers are held to the types of Qdrant's own client.
 */
export class FakeQdrant {
  readonly url: string;
  readonly collections = new FakeCollections();
  /** The headers of what it was asked last. */
  lastHeaders: IncomingMessage['headers'] = {};
  private mood: 'well' | 'hanging' | 'broken' = 'well';

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<FakeQdrant> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const fake = new FakeQdrant(server);
    server.on('request', (request, response) => void fake.handle(request, response));
    return fake;
  }

  /** From now on requests are never answered. */
  hang(): void {
    this.mood = 'hanging';
  }

  /** From now on requests are answered with 500. */
  fail(): void {
    this.mood = 'broken';
  }

  recover(): void {
    this.mood = 'well';
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    this.lastHeaders = request.headers;
    if (this.mood === 'hanging') return;
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', this.url);
    const body: unknown = text ? JSON.parse(text) : undefined;
    const { status, answer } = this.answer(method, url, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private answer(method: string, url: URL, body: unknown) {
    if (this.mood === 'broken') return refusal(500, 'Service internal error: disk');
    try {
      const result = this.collections.handle(method, url, body);
      return { status: 200, answer: { result, status: 'ok', time: 0.001 } };
    } catch (error) {
      if (error instanceof QdrantRefusal) return refusal(error.status, error.message);
      throw error;
    }
  }
}

const refusal = (status: number, error: string) => ({
  status,
  answer: { status: { error }, time: 0.001 } satisfies Schemas['ErrorResponse'],
});
