import type { Source } from '../agents/agent.js';
import { SafeText } from './safe-text/safe-text.js';

/** Adds to each source's metadata the flag `cited`: whether the reply cites it. */
export function withCited(sources: readonly Source[] | null, reply: string): Source[] | null {
  if (!sources) return null;
  if (sources.length === 0) return [];
  const safe = new SafeText(sources.length);
  safe.push(reply);
  safe.end();
  return sources.map((source, i) => ({
    ...source,
    metadata: { ...source.metadata, cited: safe.cited.has(i + 1) },
  }));
}
