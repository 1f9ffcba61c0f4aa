import { randomUUID } from 'node:crypto';
import { call, register, type Account } from './client.js';
import { createDatabase, redisUrl } from './database.js';
import { FakeOpenAi } from './fake-openai.js';
import { FaultProxy } from './fault-proxy.js';
import { Replica } from './replica.js';

/** The built program as a process of its own, behind a proxy that can be cut, with a model and an account. */
export interface BuiltParley {
  /** Through the proxy: what a client is given. */
  url: string;
  /** Past the proxy. */
  directUrl: string;
  model: FakeOpenAi;
  ada: Account;
  /** Breaks every connection of the clients; new ones are possible at once. */
  cut(): void;
  close(): Promise<void>;
}

export async function startBuiltParley(settings: Record<string, string> = {}): Promise<BuiltParley> {
  const model = await FakeOpenAi.start();
  const database = await createDatabase();
  const replica = await Replica.start({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-test',
    JWT_SECRET: 'a secret of the built program under test',
    ...settings,
  });
  const proxy = await FaultProxy.to(replica.url);
  return {
    url: proxy.url.replace(/\/$/, ''),
    directUrl: replica.url,
    model,
    ada: await register(replica.url),
    cut: () => {
      proxy.cut();
      proxy.mend();
    },
    close: async () => {
      await proxy.close();
      await replica.end();
      await model.close();
      await database.drop();
    },
  };
}

/** Messages of a long conversation: no page of any wire holds them all. */
export const LONG = 120;

/** A conversation of so many messages. @returns its client-visible id */
export async function longConversation({ directUrl, ada }: BuiltParley): Promise<string> {
  const id = randomUUID();
  const token = ada.accessToken;
  const begun = await call(directUrl, '/chat', { token, body: { message: 'Hello?', conversation_id: id } });
  await begun.text();
  for (let i = 2; i < LONG; i += 1) {
    const body = { role: i % 2 ? 'assistant' : 'user', content: `No. ${i}` };
    const added = await call(directUrl, `/conversations/${id}/messages`, { token, body });
    if (added.status !== 201) throw new Error(`message ${i}: ${added.status}`);
  }
  return id;
}
