import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, register, type Account } from '../support/client.js';
import { Collector, type ReceivedSpan } from '../support/collector.js';
import { createDatabase, redisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';
import { upload } from '../support/upload.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${CALLER}-01`;

type Line = Record<string, unknown> & { msg: string };

describe('traces and log lines', () => {
  let model: FakeOpenAi;
  let collector: Collector;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let dataDir: string;
  let child: ChildProcess;
  let output = '';
  let url: string;
  let ada: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    collector = await Collector.start();
    database = await createDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'parley-traces-'));
    const settings = {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl(),
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'a-model',
      MAX_EVENT_LOOP_DELAY_MS: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    child = spawn(process.execPath, ['dist/src/main.js'], {
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout!.on('data', (chunk: Buffer) => (output += String(chunk)));
    await eventually(async () => {
      url = /listens on (\S+)/.exec(output)![1]!;
    }, 60_000);
    ada = await register(url);
  });
  afterAll(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    collector.close();
    await model.close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const lines = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Line);
  const ask = (message: string, headers: Record<string, string> = {}) =>
    call(url, '/chat', { token: ada.accessToken, headers, body: { message } });
  const spansOf = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);
  const named = (spans: readonly ReceivedSpan[], name: string) => spans.find((span) => span.name === name)!;

  it('lead from a request to its run, the model and the stores, in the trace of the caller', async () => {
    model.reply('Hello there.');
    const response = await ask('Hello?', { traceparent: SAMPLED });
    await response.text();
    const [requestId, runId] = [response.headers.get('x-request-id')!, response.headers.get('x-run-id')!];
    await eventually(async () => {
      const spans = spansOf(TRACE);
      const request = named(spans, 'POST /chat');
      const run = named(spans, 'run');
      const asked = named(spans, 'chat a-model');
      expect(request).toMatchObject({ parentSpanId: CALLER, attributes: { 'parley.request.id': requestId } });
      expect(run).toMatchObject({
        parentSpanId: request.spanId,
        attributes: { 'parley.run.id': runId, 'parley.run.status': 'complete' },
      });
      expect(asked).toMatchObject({
        parentSpanId: run.spanId,
        attributes: { 'gen_ai.request.model': 'a-model', 'gen_ai.usage.output_tokens': expect.anything() },
      });
      const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgres');
      expect(statements.some(({ parentSpanId }) => parentSpanId === request.spanId)).toBe(true);
      expect(statements.some(({ parentSpanId }) => parentSpanId === run.spanId)).toBe(true);
      expect(spans.some(({ attributes }) => attributes['db.system.name'] === 'redis')).toBe(true);
    }, 15_000);
    // Neither what was asked nor what was answered is anywhere in them.
    expect(JSON.stringify(spansOf(TRACE))).not.toContain('Hello');
  });

  it('lead on to the job that a request has queued', async () => {
    const trace = TRACE.replace('4b', '5c');
    const file = { name: 'pump.txt', bytes: 'The pump needs 230 volts.' };
    const headers = { traceparent: SAMPLED.replace(TRACE, trace) };
    expect((await upload(url, '/upload', ada.accessToken, file, headers)).status).toBe(201);
    await eventually(async () => {
      const job = named(spansOf(trace), 'index attachment');
      expect(job.attributes).toMatchObject({ 'parley.job.outcome': 'done' });
      expect(named(spansOf(trace), 'POST /upload').spanId).toBe(job.parentSpanId);
      expect(named(spansOf(trace), 'vectors replace').parentSpanId).toBe(job.spanId);
    }, 30_000);
  });

  it('have the digits of the request id where the caller names no trace; nothing is kept of one that it does not record', async () => {
    const { headers } = await call(url, '/users/me', { token: ada.accessToken });
    const requestId = headers.get('x-request-id')!;
    await eventually(async () =>
      expect(named(spansOf(requestId.replaceAll('-', '')), 'GET /users/me')).toBeDefined(),
    );
    const unrecorded = TRACE.replace('4b', '6d');
    await call(url, '/users/me', {
      token: ada.accessToken,
      headers: { traceparent: `00-${unrecorded}-${CALLER}-00` },
    });
    const later = await call(url, '/users/me', { token: ada.accessToken });
    const laterTrace = later.headers.get('x-request-id')!.replaceAll('-', '');
    await eventually(async () => expect(spansOf(laterTrace)).not.toEqual([]));
    expect(spansOf(unrecorded)).toEqual([]);
  });

  it('every line that a request leads to has the ids of request, run and trace', async () => {
    model.reply((response) => void response.writeHead(400).end('{"error":{"message":"no"}}'));
    const trace = TRACE.replace('4b', '7e');
    const response = await ask('Fail, please', { traceparent: SAMPLED.replace(TRACE, trace) });
    await response.text();
    const ids = { requestId: response.headers.get('x-request-id'), traceId: trace };
    await eventually(async () => {
      const ofTrace = lines().filter(({ traceId }) => traceId === trace);
      expect(ofTrace.find(({ msg }) => msg === 'run failed')).toMatchObject({
        ...ids,
        runId: response.headers.get('x-run-id'),
      });
      expect(ofTrace.find(({ msg }) => msg === 'request completed')).toMatchObject(ids);
    });
    model.reply('Hello.');
  });

  it('a question over a WebSocket is a trace of its own, by the request that opened the socket', async () => {
    model.reply((response) => void response.writeHead(400).end('{"error":{"message":"no"}}'));
    const before = lines().length;
    const socket = await TestSocket.open(url, `/async_chat?token=${ada.accessToken}`);
    socket.socket.send('Fail again, please');
    await socket.closed;
    await eventually(async () => {
      const failed = lines()
        .slice(before)
        .find(({ msg }) => msg === 'run failed')!;
      expect(failed).toMatchObject({ requestId: expect.any(String), runId: expect.any(String) });
      const run = named(spansOf(String(failed['traceId'])), 'run');
      expect(run.attributes['parley.run.id']).toBe(failed['runId']);
    }, 15_000);
    model.reply('Hello.');
  });
});
