import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const BUCKET = 'parley-blobs';
export const CREDENTIALS = { accessKeyId: 'AKIAPARLEY', secretAccessKey: 'a-secret-of-the-tests' };

/** Keys a page of a listing has at most, few so that there are pages. */
const PAGE = 3;
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=AKIAPARLEY\/\d{8}\/[\w-]+\/s3\/aws4_request, ?SignedHeaders=[\w;-]*host[\w;-]*, ?Signature=[0-9a-f]{64}$/;

/** An S3 server with one bucket in memory, as far as blobs need it. Requests without a signature are refused. */
export class FakeS3 {
  readonly objects = new Map<string, Buffer>();
  /** How the next requests are answered: as they should be, with an error, or not at all. */
  mood: 'well' | 'failing' | 'silent' = 'well';
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.mood === 'silent') return;
    const body = await read(request).catch(() => null);
    if (!body) return;
    const url = new URL(request.url ?? '/', this.url);
    const [, bucket, ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    if (this.mood === 'failing') return refuse(response, 500, 'InternalError');
    if (!SIGNATURE.test(request.headers.authorization ?? '')) return refuse(response, 403, 'AccessDenied');
    if (bucket !== BUCKET) return refuse(response, 404, 'NoSuchBucket');
    if (request.method === 'HEAD' && !key) return void response.writeHead(200).end();
    if (request.method === 'PUT') return this.put(response, key, body, request.headers['content-length']);
    if (request.method === 'POST' && url.searchParams.has('delete')) return this.delete(response, body);
    if (request.method === 'GET') return key ? this.get(response, key, request) : this.list(response, url);
    refuse(response, 501, 'NotImplemented');
  }

  private put(response: ServerResponse, key: string, body: Buffer, length: string | undefined): void {
    if (body.length !== Number(length)) return refuse(response, 411, 'MissingContentLength');
    this.objects.set(key, body);
    response.writeHead(200, { ETag: '"fake"' }).end();
  }

  private get(response: ServerResponse, key: string, { headers }: IncomingMessage): void {
    const whole = this.objects.get(key);
    if (!whole) return refuse(response, 404, 'NoSuchKey');
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (!start || !end) return void response.writeHead(200, { 'Content-Length': whole.length }).end(whole);
    const part = whole.subarray(Number(start), Number(end) + 1);
    response.writeHead(206, { 'Content-Length': part.length }).end(part);
  }

  private list(response: ServerResponse, { searchParams }: URL): void {
    const prefix = searchParams.get('prefix') ?? '';
    const after = searchParams.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
    const page = keys.slice(0, PAGE);
    const isTruncated = keys.length > PAGE;
    const entries = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    xml(
      response,
      200,
      `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${entries}</ListBucketResult>`,
    );
  }

  private delete(response: ServerResponse, body: Buffer): void {
    for (const [, key] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) this.objects.delete(key!);
    xml(response, 200, '<DeleteResult></DeleteResult>');
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function xml(response: ServerResponse, status: number, content: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>${content}`);
}

const refuse = (response: ServerResponse, status: number, code: string) =>
  xml(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
