import { ADMIN_SETTINGS, logInAsAdmin } from '../support/admin.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { call, callJson, register } from '../support/client.js';
import { FakeQdrant } from '../support/fake-qdrant.js';
import { collectJson } from '../support/sse.js';
import { uploadIndexed } from '../support/upload.js';

interface Run {
  id: string;
  status: string;
  done: number;
  error: string | null;
  metrics: { recall_at_5: number } | null;
}

describe('an evaluation while the vector store fails', () => {
  let qdrant: FakeQdrant;
  let parley: TestApp;
  let token: string;
  let path: string;

  beforeAll(async () => {
    qdrant = await FakeQdrant.start();
    parley = await createTestApp({ ...ADMIN_SETTINGS, QDRANT_URL: qdrant.url });
    token = await logInAsAdmin(parley.url);
    const owner = await register(parley.url);
    await uploadIndexed(parley.url, owner.accessToken, {
      name: 'leave.md',
      bytes: 'Everybody has thirty days of paid leave.',
    });
    const body = { name: 'Leave', owner_id: owner.id };
    const { body: made } = await callJson<{ id: string }>(parley.url, '/admin/evals', { token, body });
    path = `/admin/evals/${made.id}`;
    const question = { question: 'How many days of leave are there?', expected: { filename: 'leave.md' } };
    await fetch(`${parley.url}${path}/cases`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/jsonl' },
      body: JSON.stringify(question),
    });
  }, 60_000);
  afterAll(async () => {
    await parley?.close();
    await qdrant?.close();
  });

  const complete = async () => {
    const { body: begun } = await callJson<Run>(parley.url, `${path}/runs`, { token, body: {} });
    const events = await call(parley.url, `${path}/runs/${begun.id}/events`, { token });
    return (await collectJson<{ run: Run }>(events)).at(-1)!.run;
  };

  it('fails instead of counting missed documents, and is right again afterwards', async () => {
    qdrant.fail();
    expect(await complete()).toMatchObject({
      status: 'failed',
      done: 0,
      metrics: null,
      error: 'Not all documents could be searched.',
    });
    qdrant.recover();
    expect(await complete()).toMatchObject({ status: 'complete', metrics: { recall_at_5: 1 } });
  }, 120_000);
});
