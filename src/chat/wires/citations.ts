import type { Source } from '../../agents/agent.js';

/** A marker `[n]` in a reply. */
export interface Citation {
  /** The number in the marker, from 1. */
  number: number;
  /** Range of the marker in the reply, in UTF-16 units. */
  start: number;
  end: number;
  source: Source;
}

/** All citation markers of a reply with an existing source, in order. */
export function citationsIn(reply: string, sources: readonly Source[]): Citation[] {
  return [...reply.matchAll(/\[(\d{1,3})\]/g)].flatMap((marker) => {
    const number = Number(marker[1]);
    const source = sources[number - 1];
    return source ? { number, start: marker.index, end: marker.index + marker[0].length, source } : [];
  });
}

/** Additional fields of a source, common to all wires. */
export function sourceFields({ metadata }: Source) {
  const { document_id, page, quote, start, end } = metadata;
  return {
    ...(typeof document_id === 'string' && { document_id }),
    ...(typeof page === 'number' && { page }),
    ...(typeof quote === 'string' && { quote }),
    ...(typeof start === 'number' && { start }),
    ...(typeof end === 'number' && { end }),
  };
}

/** The URL of a source. @param base base URL of links */
export const sourceUrl = ({ source }: Source, base: string) =>
  source.startsWith('/') ? base + source : source;
