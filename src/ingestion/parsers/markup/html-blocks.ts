import type { CheerioAPI } from 'cheerio';
import { isCDATA, isTag, isText, type AnyNode, type Element } from 'domhandler';
import { marksOf } from './list-marks.js';
import { withOneHeader } from '../tables/table-shape.js';
import { keepTable } from '../tables/text-table.js';
import { gridOf, pipeTables } from './cell-grid.js';
import type { DocumentBuilder } from '../document-builder.js';

/** Elements that stand on lines of their own. */
const CONTAINERS = new Set(
  (
    'html body main article section div header footer aside p ul ol li dl dt dd table thead tbody tfoot tr td th caption ' +
    'blockquote figure figcaption form fieldset legend details summary address center hr h1 h2 h3 h4 h5 h6 pre'
  ).split(' '),
);
/** Tables and lists are used for layout as well: then they hold more than words. */
const MORE_THAN_WORDS = 'table, h1, h2, h3, h4, h5, h6, pre, blockquote';
const MAX_DEPTH = 500;

/** Walks the nodes of a page and adds their words to a document. */
export class HtmlBlocks {
  firstHeading?: string;
  private line = '';
  /** The numbers of items whose list holds more than words, and the one that the next words have. */
  private readonly marks = new Map<Element, string>();
  private mark = '';
  /** What the table that follows is about, where it has no caption. */
  private lastHeading = '';

  constructor(
    private readonly $: CheerioAPI,
    private readonly builder: DocumentBuilder,
    private readonly page?: number,
  ) {}

  /** @throws RangeError when elements are nested too deeply */
  add(nodes: readonly AnyNode[]): void {
    this.walk(nodes, 0);
    this.flush();
  }

  private walk(nodes: readonly AnyNode[], depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    for (const node of nodes) {
      if (isText(node)) this.line += node.data.replaceAll(/[ \t\r\n\f]+/g, ' ');
      else if (isCDATA(node)) this.walk(node.children, depth + 1);
      else if (isTag(node)) this.element(node, node.tagName.toLowerCase(), depth);
    }
  }

  private element(node: Element, tag: string, depth: number): void {
    const element = this.$(node);
    if (tag === 'br') this.line += '\n';
    else if (!CONTAINERS.has(tag)) this.walk(element.contents().toArray(), depth + 1);
    else {
      this.flush();
      const isPlain = element.find(MORE_THAN_WORDS).length === 0;
      if (/^h[1-6]$/.test(tag)) this.heading(element.text(), Number(tag[1]));
      else if (tag === 'pre') this.put('code', element.text());
      else if ((tag === 'ul' || tag === 'ol') && isPlain) this.put('list', this.items(node, 0).join('\n'));
      else if (tag === 'dl' && isPlain) this.put('list', this.terms(node).join('\n'));
      else if (tag === 'table' && isPlain) this.table(node);
      else {
        if (tag === 'ol') marksOf(this.$, node).forEach((mark, item) => this.marks.set(item, mark));
        const mark = this.marks.get(node);
        if (mark !== undefined) this.mark = mark;
        this.walk(element.contents().toArray(), depth + 1);
        this.flush();
        // That of an item without words is not the one of what follows.
        if (mark !== undefined) this.mark = '';
      }
      this.flush();
    }
  }

  private heading(words: string, level: number): void {
    const text = words.replaceAll(/\s+/g, ' ').trim();
    if (level === 1) this.firstHeading ??= text || undefined;
    this.lastHeading = text;
    this.builder.add('heading', text, { level, page: this.page });
  }

  private put(kind: 'paragraph' | 'code' | 'list' | 'table', words: string): void {
    const { mark } = this;
    if (!words.trim()) return;
    this.mark = '';
    if (mark && kind !== 'paragraph') this.builder.add('paragraph', mark, { page: this.page });
    this.builder.add(kind, mark && kind === 'paragraph' ? `${mark} ${words}` : words, { page: this.page });
  }

  /** What stands on one line so far is a paragraph. */
  private flush(): void {
    this.put('paragraph', tidy(this.line));
    this.line = '';
  }

  /** The lines of a list, those of lists within it further in. */
  private items(list: Element, depth: number): string[] {
    const { $ } = this;
    const marks = marksOf($, list);
    return $(list)
      .children('li')
      .toArray()
      .flatMap((item) => {
        const inside = $(item).find('ul, ol').toArray();
        const own = inside.filter((one) => $(one).parents('li').first().is($(item)));
        const words = $(item).clone();
        words.find('ul, ol').remove();
        words.find('br, p, div').before('\n');
        const mark = marks.get(item) ?? '-';
        const text = tidy(words.text()).replaceAll('\n', ' ');
        const nested = depth < MAX_DEPTH ? own.flatMap((one) => this.items(one, depth + 1)) : [];
        return [...(text ? [`${'  '.repeat(depth)}${mark} ${text}`] : []), ...nested];
      });
  }

  /** Terms with what they mean, one a line. */
  private terms(list: Element): string[] {
    const { $ } = this;
    const lines: { terms: string[]; meanings: string[] }[] = [];
    for (const part of $(list).find('dt, dd').toArray()) {
      $(part).find('br, p, div, li').before(' ');
      const words = $(part).text().replaceAll(/\s+/g, ' ').trim();
      if (!words) continue;
      const isTerm = $(part).is('dt');
      if (lines.length === 0 || (isTerm && lines.at(-1)!.meanings.length > 0))
        lines.push({ terms: [], meanings: [] });
      lines.at(-1)![isTerm ? 'terms' : 'meanings'].push(words);
    }
    return lines.map(({ terms, meanings }) =>
      [terms.join(', '), meanings.join('; ')].filter(Boolean).join(': '),
    );
  }

  /** The rows of a table as they are shown: the foot below the others. */
  private rowsOf(table: Element): Element[] {
    const rows = this.$(table).find('tr').toArray();
    const isIn = (part: string) => (row: Element) => this.$(row).parent().is(part);
    const [isHead, isFoot] = [isIn('thead'), isIn('tfoot')];
    return [
      ...rows.filter(isHead),
      ...rows.filter((row) => !isHead(row) && !isFoot(row)),
      ...rows.filter(isFoot),
    ];
  }

  private table(table: Element): void {
    const { $ } = this;
    const caption = $(table).children('caption').text().replaceAll(/\s+/g, ' ').trim();
    this.put('paragraph', caption);
    const below = rowsBelow($, table);
    const rows = this.rowsOf(table).map((row) => {
      // What spans rows ends with the part of the table that it is in.
      const left = 1 + (below.get(row) ?? 0);
      return $(row)
        .children('td, th')
        .toArray()
        .map((cell) => {
          $(cell).find('br, p, div, li').before(' ');
          return {
            text: $(cell).text().trim(),
            rows: Math.min(span($(cell).attr('rowspan')), left),
            columns: span($(cell).attr('colspan')),
          };
        });
    });
    const grid = withOneHeader(gridOf(rows).filter((row) => row.some((cell) => cell !== '')));
    // One column is no table, but a frame around text.
    if ((grid[0]?.length ?? 0) < 2) for (const [cell = ''] of grid) this.put('paragraph', cell);
    else {
      for (const part of pipeTables(grid)) this.put('table', part);
      keepTable(this.builder, caption || this.lastHeading, grid);
    }
  }
}

/** How many rows stand below each in its part of a table. */
function rowsBelow($: CheerioAPI, table: Element): Map<Element, number> {
  const counts = new Map<AnyNode | null, number>();
  return new Map(
    $(table)
      .find('tr')
      .toArray()
      .toReversed()
      .map((row) => {
        const count = counts.get(row.parent) ?? 0;
        counts.set(row.parent, count + 1);
        return [row, count];
      }),
  );
}

/** `0` means up to the end of the table. */
const span = (value: string | undefined) =>
  value === '0' ? Infinity : Number.parseInt(value ?? '1', 10) || 1;

/** One blank between words, lines without blanks at their ends. */
const tidy = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .join('\n')
    .trim();
