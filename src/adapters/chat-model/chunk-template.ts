import { contentOf, type Chunk } from './delta.js';

/** Maximum number of templates per answer; after that its chunks are parsed in full. */
const MAX_DERIVATIONS = 4;
const PROBE = '\0';

/**
 * Fast path for parsing chunks: usually the chunks of an answer differ only in their text, so only the text is
 * parsed. Full JSON parsing would be most of the cost of reading a fast model.
 */
export class ChunkTemplate {
  private before: string | null = null;
  private after = '';
  private derivations = 0;

  /** @returns the text of a chunk that matches the template; null for any other chunk */
  textOf(data: string): string | null {
    const { before, after } = this;
    if (before === null || data.length < before.length + after.length) return null;
    if (!data.startsWith(before) || !data.endsWith(after)) return null;
    return parseText(data.slice(before.length, data.length - after.length));
  }

  /** @param data a chunk that contains text and nothing else of interest */
  derive(data: string, text: string): void {
    if (this.derivations === MAX_DERIVATIONS) return;
    this.derivations += 1;
    const literal = JSON.stringify(text);
    // The literal may occur several times: the right position is the one where another text changes the parsed
    // text.
    for (let at = data.indexOf(literal); at >= 0; at = data.indexOf(literal, at + 1)) {
      const [before, after] = [data.slice(0, at), data.slice(at + literal.length)];
      if (contentOf(parseChunk(before + JSON.stringify(PROBE) + after)) !== PROBE) continue;
      [this.before, this.after] = [before, after];
      return;
    }
  }
}

/** @returns null when it is not a JSON object */
export function parseChunk(data: string): Chunk | null {
  const value = parse(data);
  return typeof value === 'object' ? value : null;
}

/** @returns null when it is not a single JSON string literal */
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
