import { createTestApp, type TestApp } from './app.js';
import { register, type Account } from './client.js';
import { FakeOpenAi } from './fake-openai.js';

/** Two replicas over one database and one model, and an account of theirs. */
export interface TwoReplicas {
  model: FakeOpenAi;
  one: TestApp;
  two: TestApp;
  me: Account;
  /** Of a further replica of them. */
  settings: Record<string, string>;
  close(): Promise<void>;
}

export async function startTwoReplicas(): Promise<TwoReplicas> {
  const model = await FakeOpenAi.start();
  const shared = { OPENAI_BASE_URL: model.url, JWT_SECRET: 'one secret for both of the replicas' };
  const one = await createTestApp(shared);
  const settings = { ...shared, DATABASE_URL: one.databaseUrl };
  const two = await createTestApp(settings);
  const me = await register(one.url);
  return {
    model,
    one,
    two,
    me,
    settings,
    close: async () => {
      await one.close();
      await two.close();
      await model.close();
    },
  };
}
