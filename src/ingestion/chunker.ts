import { titleFrom } from '../common/text.js';
import type { Block, ParsedDocument } from './parsers/parsed-document.js';
import { splitText, type Range } from './split-text.js';

/** A passage of a document: `text` is exactly its range of the document's text. */
export interface TextChunk extends Range {
  /** The one page it is on, where there are pages. */
  page: number | null;
  /**
   * The headings above it, as in `Leave > Parental leave`; `Recognised text` comes last where it was read in a picture.
   */
  heading: string | null;
  text: string;
}

/** Characters a chunk should have: an answer's worth, short enough for one vector to represent. */
const TARGET_LENGTH = 700;
export const MAX = 1_200;
/** A shorter chunk has too little content and is joined to the next one. */
const TINY = 200;
/** As long as tiny sections may get together. */
const SECTIONS = 400;
/** As a heading, since it may hold mistakes. */
const RECOGNISED = 'Recognised text';
/** A paragraph up to this long is left whole. */
const LONG = 1_000;

/** A block, or a part of one that was too long. */
interface Piece extends Range {
  kind: Block['kind'];
  page: number | null;
  /** Headings above it; a heading is above itself. */
  path: readonly string[];
  isRecognised: boolean;
}

/**
 * Cuts a document into chunks, lazily and in order, covering all of its blocks. A chunk stays within a page and within
 * a section, except that a tiny section goes together with the next; tables and summaries are chunks of their own.
 */
export function* chunkDocument({
  text,
  blocks,
}: Pick<ParsedDocument, 'text' | 'blocks'>): Generator<TextChunk> {
  let open: Piece[] = [];
  let piece: Piece | undefined;
  for (const next of withEnd(pieces(text, blocks))) {
    if (piece) {
      if (open.length > 0 && !joins(open, piece, next)) {
        const kept = open.length - headingsOf(piece, open);
        yield close(text, open.slice(0, kept));
        open = open.slice(kept);
      }
      open.push(piece);
    }
    piece = next;
  }
  if (open.length > 0) yield close(text, open);
}

function* withEnd<T>(items: Iterable<T>): Generator<T | undefined> {
  yield* items;
  yield undefined;
}

function* pieces(text: string, blocks: readonly Block[]): Generator<Piece> {
  let above: { level: number; title: string }[] = [];
  for (const { kind, page, level = 1, isRecognised = false, ...range } of blocks) {
    if (kind === 'heading') {
      const title = titleFrom(text.slice(range.start, Math.min(range.end, range.start + MAX)), 80);
      above = [...above.filter((other) => other.level < level), { level, title }];
    }
    const path = above.map(({ title }) => title);
    for (const part of splitText(text, range, TARGET_LENGTH, isAlone(kind) ? MAX : LONG))
      yield { ...part, kind, page: page ?? null, path, isRecognised };
  }
}

const isAlone = (kind: Block['kind']) => kind === 'table' || kind === 'summary';

/** Whether a piece belongs to the chunk before it. @param next the piece after it */
function joins(open: readonly Piece[], piece: Piece, next: Piece | undefined): boolean {
  const [first, last] = [open[0]!, open.at(-1)!];
  const length = piece.end - first.start;
  if (piece.page !== first.page || length > MAX || piece.isRecognised !== first.isRecognised) return false;
  const body = open.findIndex(({ kind }) => kind !== 'heading');
  if (body < 0) return true;
  if (isAlone(piece.kind) || isAlone(last.kind)) return false;
  const isTiny = last.end - first.start < TINY;
  if (piece.kind === 'heading') return isTiny;
  const joinsSections = open.some(({ kind }, i) => kind === 'heading' && i > body);
  if (joinsSections) return length <= SECTIONS;
  // The last words of a section are no chunk of their own.
  const isLast = !next || next.kind === 'heading' || isAlone(next.kind) || next.page !== piece.page;
  return length <= TARGET_LENGTH || isTiny || (isLast && piece.end - piece.start < TINY);
}

/** How many of the headings that a chunk would end with belong to the piece that did not fit into it. */
function headingsOf(piece: Piece, open: readonly Piece[]): number {
  const body = open.findLastIndex(({ kind }) => kind !== 'heading');
  const first = open[body + 1];
  const isTheirs = first && body >= 0 && first.page === piece.page && piece.end - first.start <= MAX;
  return isTheirs && piece.kind !== 'heading' ? open.length - 1 - body : 0;
}

function close(text: string, open: readonly Piece[]): TextChunk {
  const { start, page } = open[0]!;
  const { end, path } = open.at(-1)!;
  const said = open.filter(({ kind }) => kind !== 'heading').map((piece) => piece.path);
  const names = shared(said, path);
  const isRecognised = open.some((piece) => piece.isRecognised);
  const heading = (isRecognised ? [...names, RECOGNISED] : names).join(' > ') || null;
  return { start, end, page, heading, text: text.slice(start, end) };
}

/** The headings that all of them are below. */
function shared(paths: readonly (readonly string[])[], otherwise: readonly string[]): readonly string[] {
  const [first = otherwise, ...rest] = paths;
  const differs = first.findIndex((title, i) => rest.some((path) => path[i] !== title));
  return differs < 0 ? first : first.slice(0, differs);
}
