import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { defineTool, ToolFailure, type Tool } from '../tool.js';

const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 20_000;
const MAX_SNIPPET = 500;

const answerSchema = z.object({
  results: z
    .array(
      z.object({ url: z.string(), title: z.string().catch(''), content: z.string().nullish().catch('') }),
    )
    .catch([]),
});

/** Searches with the SearXNG that an admin has configured. @param base its address */
export const webSearch = (base: string, dispatcher?: Dispatcher): Tool =>
  defineTool({
    name: 'web_search',
    description: 'Searches the web and returns addresses, titles and short extracts.',
    schema: z.object({
      query: z.string().min(1).max(400),
      limit: z.int().min(1).max(10).default(5),
    }),
    async run({ query, limit }, _context, signal) {
      const results = (await search(base, query, dispatcher, signal)).slice(0, limit).map((result) => ({
        url: result.url,
        title: result.title,
        text: (result.content ?? '').slice(0, MAX_SNIPPET).toWellFormed(),
      }));
      const text = results.map((result) => JSON.stringify(result)).join('\n');
      return { text: text || 'Nothing was found.', output: { results } };
    },
  });

/** @throws ToolFailure */
async function search(base: string, query: string, dispatcher: Dispatcher | undefined, signal: AbortSignal) {
  const url = new URL('search', base.endsWith('/') ? base : `${base}/`);
  url.searchParams.set('q', query);
  url.searchParams.set('format', 'json');
  const options = { dispatcher, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, signal };
  try {
    const { statusCode, body } = await request(url, options);
    const text = await textOf(body);
    if (statusCode !== 200) throw new ToolFailure(`The search answers with status ${statusCode}.`);
    return answerSchema.parse(JSON.parse(text)).results;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ToolFailure) throw error;
    throw new ToolFailure('The search cannot be reached, or does not answer in JSON.', { cause: error });
  }
}

async function textOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BYTES) throw new ToolFailure('The search answers with more than 1 MiB.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
