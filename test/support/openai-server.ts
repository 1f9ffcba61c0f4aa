import { OpenAiServer } from '../../src/adapters/openai/openai-server.js';
import { readSettings } from '../../src/config/read-env.js';

/** The HTTP client of a server, as the settings make it. */
export const serverAt = (url: string, more: Record<string, string> = {}): OpenAiServer =>
  new OpenAiServer(
    { env: readSettings({ OPENAI_BASE_URL: url, OPENAI_API_KEY: 'key', ...more }).env },
    { warn: () => undefined },
  );
