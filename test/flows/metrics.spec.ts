import { Client } from 'pg';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register, type Account } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { sayPaced } from '../support/fake-openai-plays.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { TestSocket } from '../support/socket.js';
import { uploaded } from '../support/upload.js';

const TOKEN = 'the-token-of-the-metrics-reader';

describe('metrics', () => {
  let model: FakeOpenAi;
  let parley: TestApp;
  let ada: Account;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'a-model',
      METRICS_TOKEN: TOKEN,
      INGESTION_WORKER: 'inside',
    });
    ada = await register(parley.url);
  });
  afterAll(async () => {
    await parley.close();
    await model.close();
  });

  /** All samples, by name and labels as they are written. */
  async function scrape(): Promise<Map<string, number>> {
    const response = await call(parley.url, '/metrics', { token: TOKEN });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  const valueOf = (samples: Map<string, number>, ...parts: string[]) =>
    [...samples].find(([key]) => parts.every((part) => key.includes(part)))?.[1];

  const ask = (message: string) =>
    call(parley.url, '/chat', { token: ada.accessToken, body: { message, agent: 'Production Agent' } });

  it('are read with the token alone, and are not there where none is set', async () => {
    expect((await call(parley.url, '/metrics')).status).toBe(401);
    expect((await call(parley.url, '/metrics', { token: ada.accessToken })).status).toBe(401);
    expect((await call(parley.url, '/metrics', { token: TOKEN, method: 'POST', body: {} })).status).toBe(405);
    const other = await createTestApp();
    expect((await call(other.url, '/metrics')).status).toBe(404);
    await other.close();
  });

  it('count a run by agent and model: its first token, its time, its tokens', async () => {
    const before = await scrape();
    model.reply('one two three four');
    await (await ask('Hello?')).text();
    await eventually(async () => {
      const after = await scrape();
      const grown = (...parts: string[]) =>
        (valueOf(after, ...parts) ?? 0) - (valueOf(before, ...parts) ?? 0);
      const labels = ['agent="production-agent"', 'model="a-model"'];
      expect(grown('parley_run_seconds_count', ...labels, 'status="complete"')).toBe(1);
      expect(grown('parley_first_token_seconds_count', ...labels)).toBe(1);
      expect(grown('parley_model_tokens_total', ...labels, 'kind="output"')).toBeGreaterThan(0);
      expect(grown('parley_streamed_tokens_total')).toBeGreaterThan(3);
      expect(grown('parley_http_requests_total', 'method="POST"', 'route="/chat"', 'status="200"')).toBe(1);
      expect(grown('parley_store_seconds_count{store="postgres"}')).toBeGreaterThan(1);
      expect(grown('parley_store_seconds_count{store="redis"}')).toBeGreaterThan(0);
    });
  });

  it('count a run that the model fails', async () => {
    model.reply((response) => void response.writeHead(400).end('{"error":{"message":"no"}}'));
    await (await ask('Hello?')).text();
    await eventually(async () =>
      expect(valueOf(await scrape(), 'parley_run_seconds_count', 'status="failed"')).toBe(1),
    );
    model.reply('Hello.');
  });

  it('show the current connections', async () => {
    model.reply(sayPaced('a b c d e f g h i j k l m n o p '.repeat(200), 5));
    const response = await ask('Slowly, please');
    const socket = await TestSocket.open(parley.url, `/async_chat?keepAlive=1&token=${ada.accessToken}`);
    await eventually(async () => {
      const samples = await scrape();
      expect(samples.get('parley_active_runs')).toBe(1);
      expect(samples.get('parley_open_streams')).toBe(1);
      expect(samples.get('parley_open_sockets')).toBe(1);
      expect(samples.get('parley_stream_buffered_bytes')).toBeGreaterThanOrEqual(0);
      expect(samples.get('parley_socket_buffered_bytes')).toBe(0);
    });
    socket.socket.close();
    await call(parley.url, `/runs/${response.headers.get('x-run-id')}/stop`, {
      token: ada.accessToken,
      method: 'POST',
    });
    await response.text();
    await eventually(async () => {
      const samples = await scrape();
      expect(samples.get('parley_active_runs')).toBe(0);
      expect(samples.get('parley_open_streams')).toBe(0);
      expect(samples.get('parley_open_sockets')).toBe(0);
      expect(valueOf(samples, 'parley_run_seconds_count', 'status="cancelled"')).toBe(1);
    });
    model.reply('Hello.');
  });

  it('show servers, connections, queue, outbox, indexes and the event loop', async () => {
    await uploaded(parley.url, ada.accessToken, { name: 'a.txt', bytes: 'The heat pump needs 230 volts.' });
    await eventually(async () => {
      const samples = await scrape();
      for (const server of ['database', 'redis', 'blob store'])
        expect(samples.get(`parley_up{server="${server}"}`)).toBe(1);
      for (const kind of ['pending', 'indexing', 'discarded'])
        expect(samples.get(`parley_outbox_rows{kind="${kind}"}`)).toBe(0);
      for (const state of ['active', 'delayed', 'prioritized', 'waiting'])
        expect(samples.get(`parley_queue_jobs{state="${state}"}`)).toBe(0);
      for (const state of ['active', 'delayed', 'waiting'])
        expect(samples.get(`parley_evaluation_jobs{state="${state}"}`)).toBe(0);
      expect(samples.get('parley_late_schedules')).toBe(0);
      for (const state of ['active', 'idle', 'waiting'])
        expect(samples.has(`parley_database_connections{state="${state}"}`)).toBe(true);
      expect(samples.has('parley_message_index_behind')).toBe(true);
      expect(samples.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
      expect(samples.get('parley_job_seconds_count{outcome="done"}')).toBe(1);
      for (const store of ['blobs', 'vectors'])
        expect(samples.get(`parley_store_seconds_count{store="${store}"}`)).toBeGreaterThan(0);
    }, 30_000);
  });

  it('count schedules that are late, which another process has claimed', async () => {
    const { body } = await callJson<{ id: string }>(parley.url, '/schedules/', {
      token: ada.accessToken,
      body: { name: 'Daily', cron: '0 6 * * *', time_zone: 'UTC', agent: 'assistant', message: 'News?' },
    });
    const db = new Client(parley.databaseUrl);
    await db.connect();
    const times = `next_at = now() - interval '2 minutes', claimed_until = now() + interval '1 hour'`;
    await db.query(`UPDATE schedules SET ${times} WHERE id = $1`, [body.id]);
    await db.end();
    expect((await scrape()).get('parley_late_schedules')).toBe(1);
    await call(parley.url, `/schedules/${body.id}`, { token: ada.accessToken, method: 'DELETE' });
    expect((await scrape()).get('parley_late_schedules')).toBe(0);
  });

  it('have no series for unknown paths, nor for ids in known ones', async () => {
    for (const path of ['/no-such-path', '/nor/this', '/runs/0190b0f0-0000-7000-8000-000000000000'])
      await (await call(parley.url, path, { token: ada.accessToken })).text();
    const routes = [...(await scrape()).keys()].flatMap((key) => /route="([^"]*)"/.exec(key)?.[1] ?? []);
    expect(routes).toContain('none');
    expect(routes.filter((route) => /no-such|nor|0190b0f0/.test(route))).toEqual([]);
  });
});
