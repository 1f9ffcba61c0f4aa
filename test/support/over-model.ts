import OpenAI from 'openai';
import { createTestApp, type TestApp } from './app.js';
import { register, type Account } from './client.js';
import { FakeOpenAi } from './fake-openai.js';
import { personasFolder } from './personas.js';

/** A fresh application whose model is a fake one, with an account. */
export interface OverModel {
  model: FakeOpenAi;
  parley: TestApp;
  me: Account;
  close: () => Promise<void>;
}

/**
 * @param agents YAML by id, in place of those in `agents/`
 * @param settings more of them
 */
export async function startOverModel(
  agents?: Record<string, string>,
  settings: Record<string, string> = {},
): Promise<OverModel> {
  const model = await FakeOpenAi.start();
  const folder = agents && (await personasFolder(agents));
  let parley: TestApp | undefined;
  const close = async () => {
    await parley?.close();
    await model.close();
    await folder?.remove();
  };
  try {
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'a-key-of-the-tests',
      ...(folder && { AGENTS_DIR: folder.path }),
      ...settings,
    });
    return { model, parley, close, me: await register(parley.url) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** OpenAI's own client, unmodified, of an account. */
export const openAiClient = (
  { url }: { url: string },
  { accessToken: apiKey }: { accessToken: string },
): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey });
