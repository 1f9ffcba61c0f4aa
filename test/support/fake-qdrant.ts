import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { FakeCollections, QdrantRefusal } from './fake-qdrant-collections.js';
import { loadQdrantContract } from './qdrant-contract.js';

const checkContract = loadQdrantContract();

/**
 * As much of Qdrant as Parley asks for, on a loopback port: it stores, filters and ranks, in memory and exactly. What
 * it does not know it refuses. Every exchange is held to Qdrant's own description where that is at hand.
 */
export class FakeQdrant {
  readonly url: string;
  readonly collections = new FakeCollections();
  /** The headers of what it was asked last. */
  lastHeaders: IncomingMessage['headers'] = {};
  private readonly mismatches: string[] = [];
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

  /** @throws Error when anything that was said since it started is not as Qdrant's description has it */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    if (this.mismatches.length > 0)
      throw new Error(`Not what Qdrant understands:\n${this.mismatches.join('\n')}`);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    this.lastHeaders = request.headers;
    if (this.mood === 'hanging') return;
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', this.url);
    const body: unknown = text ? JSON.parse(text) : undefined;
    const { status, answer } = this.answer(method, url.pathname, body);
    this.mismatches.push(...(checkContract?.({ method, url, body, status, answer }) ?? []));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private answer(method: string, path: string, body: unknown) {
    if (this.mood === 'broken') return refusal(500, 'Service internal error: disk');
    try {
      const result = this.collections.handle(method, decodeURIComponent(path), body);
      return { status: 200, answer: { result, status: 'ok', time: 0.001 } };
    } catch (error) {
      if (error instanceof QdrantRefusal) return refusal(error.status, error.message);
      throw error;
    }
  }
}

const refusal = (status: number, error: string) => ({ status, answer: { status: { error }, time: 0.001 } });
