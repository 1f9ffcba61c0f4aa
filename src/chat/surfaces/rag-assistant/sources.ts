import type { Source } from '../../../agents/agent.js';

/**
 * Sources as clients list them. Titles are unique, since they are used as list keys: passages of one file are
 * distinguished by page or heading. Markup in their text is escaped.
 * @param base base URL of links
 */
export function toSources(sources: readonly Source[], base: string): Source[] {
  const isShared = repeated(sources.map(({ title }) => title));
  const deleted = (source: Source) => (source.metadata['deleted'] === true ? ' (deleted)' : '');
  const placed = sources.map((source, i) => (isShared[i] ? withPlace(source) : source.title));
  const titles = numbered(placed);
  return sources.map((source, i) => ({
    ...source,
    source: source.source.startsWith('/') ? base + source.source : source.source,
    title: titles[i]! + deleted(source),
    text: inert(source.text),
  }));
}

function withPlace({ title, metadata: { page, heading } }: Source): string {
  if (typeof page === 'number') return `${title}, page ${page}`;
  return typeof heading === 'string' && heading ? `${title}, ${heading}` : title;
}

const repeated = (titles: readonly string[]) =>
  titles.map((title) => titles.indexOf(title) !== titles.lastIndexOf(title));

/** Numbers the second and later occurrences of equal titles. */
function numbered(titles: readonly string[]): string[] {
  const taken = new Set<string>();
  return titles.map((title) => {
    let free = title;
    for (let n = 2; taken.has(free); n += 1) free = `${title} (${n})`;
    taken.add(free);
    return free;
  });
}

/** Escapes tags, and separates `](`, for clients that render Markdown or HTML. */
const inert = (text: string) => text.replaceAll(/<(?=[a-z/!?])/gi, '&lt;').replaceAll('](', '] (');
