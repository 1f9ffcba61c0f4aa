import { contentOf, type Chunk } from './delta.js';

/** Forms of chunks an answer may have before it is taken for one whose chunks are all different. */
const MAX_DERIVATIONS = 4;
const PROBE = '\0';

/**
 * What the chunks of one answer have in common: as a rule they differ in their text alone. Then the text alone is
 * parsed, which is most of what reading a quick model costs otherwise.
 */
export class ChunkTemplate {
  private before: string | null = null;
  private after = '';
  private derivations = 0;

  /** @returns the text of a chunk that differs from the template in its text alone; null for any other chunk */
  textOf(data: string): string | null {
    const { before, after } = this;
    if (before === null || data.length < before.length + after.length) return null;
    if (!data.startsWith(before) || !data.endsWith(after)) return null;
    return parseText(data.slice(before.length, data.length - after.length));
  }

  /** @param data a chunk that has a text and means nothing else */
  derive(data: string, text: string): void {
    if (this.derivations === MAX_DERIVATIONS) return;
    this.derivations += 1;
    const literal = JSON.stringify(text);
    // The same literal may stand elsewhere too: its place is where another text becomes the chunk's.
    for (let at = data.indexOf(literal); at >= 0; at = data.indexOf(literal, at + 1)) {
      const [before, after] = [data.slice(0, at), data.slice(at + literal.length)];
      if (contentOf(parseChunk(before + JSON.stringify(PROBE) + after)) !== PROBE) continue;
      [this.before, this.after] = [before, after];
      return;
    }
  }
}

/** @returns null for what is not a JSON object */
export function parseChunk(data: string): Chunk | null {
  const value = parse(data);
  return typeof value === 'object' ? value : null;
}

/** @returns null for what is not one literal of a text */
function parseText(literal: string): string | null {
  const value = literal.startsWith('"') ? parse(literal) : null;
  return typeof value === 'string' ? value : null;
}

function parse(json: string): string | object | null {
  try {
    return JSON.parse(json) as string | object | null;
  } catch {
    return null;
  }
}
