import type { Source } from '../agents/agent.js';
import { SafeText } from './safe-text/safe-text.js';

/** Sources with a flag in their metadata whether the reply cites them, or they were only found. */
export function withCited(sources: readonly Source[] | null, reply: string): Source[] | null {
  if (!sources) return null;
  const safe = new SafeText(sources.length);
  safe.push(reply);
  safe.end();
  return sources.map((source, i) => ({
    ...source,
    metadata: { ...source.metadata, cited: safe.cited.has(i + 1) },
  }));
}
