import { UnreadableFileError, type Block, type ParsedDocument, type ParsedTable } from './parsed-document.js';

/** Of a whole document. */
const MAX_TEXT_CHARS = 10_000_000;
const MAX_TITLE_CHARS = 300;

/** As PostgreSQL takes it; not a character longer or shorter. */
export const storable = (text: string) => text.replaceAll('\0', '\ufffd').toWellFormed();

/** Puts a document together from its parts, an empty line between two. */
export class DocumentBuilder {
  readonly tables: ParsedTable[] = [];
  /** Characters of table rows so far. */
  tableChars = 0;
  /** Cells of tables in texts so far. */
  tableCells = 0;
  readonly warnings: string[] = [];
  title?: string;
  private readonly blocks: Block[] = [];
  private readonly parts: string[] = [];
  private length = 0;

  /** Adds a block; nothing when there are no words. @throws UnreadableFileError past the limit */
  add(kind: Block['kind'], words: string, place: Pick<Block, 'page' | 'level' | 'isRecognised'> = {}): void {
    const text = storable(words).trim();
    if (!text) return;
    const start = this.length === 0 ? 0 : this.length + 2;
    const end = start + text.length;
    if (end > MAX_TEXT_CHARS) throw tooMuchText();
    this.parts.push(text);
    this.blocks.push({ kind, start, end, ...place });
    this.length = end;
  }

  build(): ParsedDocument {
    const { blocks, tables, warnings } = this;
    return {
      title: titleOf(this.title),
      text: this.parts.join('\n\n'),
      blocks,
      tables,
      warnings,
    };
  }
}

/** A document whose text is that of the file, and so are its ranges. @throws UnreadableFileError past the limit */
export function documentOf(text: string, blocks: Block[], title?: string): ParsedDocument {
  if (text.length > MAX_TEXT_CHARS) throw tooMuchText();
  return { title: titleOf(title), text, blocks, tables: [], warnings: [] };
}

const titleOf = (title?: string) =>
  storable(title ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TITLE_CHARS)
    .toWellFormed() || undefined;

const tooMuchText = () =>
  new UnreadableFileError(`The file holds more than ${MAX_TEXT_CHARS / 1e6} million characters of text.`);
