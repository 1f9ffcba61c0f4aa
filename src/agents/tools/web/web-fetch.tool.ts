import { z } from 'zod';
import { defineTool, type Tool } from '../tool.js';
import type { PageFetcher } from './page-fetcher.js';

const MAX_CHARS = 20_000;

/** Reads a page. Each address outside WEB_FETCH_HOSTS needs approval: an address can exfiltrate data. */
export const webFetch = (pages: PageFetcher): Tool =>
  defineTool({
    name: 'web_fetch',
    description: 'Fetches a public web page or PDF by its http(s) address and returns its text.',
    schema: z.object({ url: z.string().min(8).max(2_000).describe('the whole address') }),
    needsApproval: ({ url }) => pages.needsApproval(String(url)),
    async run({ url }, _context, signal) {
      const page = await pages.fetch(url, signal);
      const isCut = page.isCut || page.text.length > MAX_CHARS;
      const text = page.text.slice(0, MAX_CHARS).toWellFormed() + (isCut ? '\n… (the page is longer)' : '');
      return {
        text: JSON.stringify({ url: page.url, title: page.title ?? null, text }),
        output: { url: page.url, title: page.title ?? null, characters: page.text.length },
      };
    },
  });
