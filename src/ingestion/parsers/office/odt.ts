import { load, type CheerioAPI } from 'cheerio/slim';
import { isTag, isText, type AnyNode, type Element } from 'domhandler';
import { Archive } from './archive.js';
import { OdtStyles } from './odt-styles.js';
import { contentOf } from './open-document.js';
import { parseHtml } from '../markup/html.js';
import type { ParsedDocument } from '../parsed-document.js';

/** What is no text of the document: deleted text, comments, settings of its fields, hidden text. */
const LEFT_OUT = new Set([
  'text:tracked-changes',
  'office:annotation',
  'text:sequence-decls',
  'office:forms',
  'text:bookmark',
  'text:hidden-text',
]);
/** Elements of OpenDocument by those of HTML that mean the same. */
const SAME_AS: Record<string, string> = {
  'text:p': 'p',
  'table:table': 'table',
  'table:table-row': 'tr',
  'draw:text-box': 'div',
};
const MAX_BLANKS = 100;

/** A text of LibreOffice by way of HTML, with the numbers of its headings and lists. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file);
  try {
    const read = async (part: string) => load((await archive.text(part)) ?? '', { xml: true });
    const $ = load(await contentOf(archive), { xml: true });
    const title = (await read('meta.xml'))('dc\\:title').first().text().trim();
    const writer = new HtmlWriter($, new OdtStyles(await read('styles.xml'), $));
    const document = parseHtml(writer.html($('office\\:text').contents().toArray()));
    return title ? { ...document, title } : document;
  } finally {
    archive.close();
  }
}

class HtmlWriter {
  /** The styles of the lists around a node, the outermost first. */
  private readonly lists: string[] = [];

  constructor(
    private readonly $: CheerioAPI,
    private readonly styles: OdtStyles,
  ) {}

  html(nodes: readonly AnyNode[]): string {
    return nodes.map((node) => this.node(node)).join('');
  }

  private node(node: AnyNode): string {
    if (isText(node)) return node.data.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    if (!isTag(node) || LEFT_OUT.has(node.tagName)) return '';
    const element = this.$(node);
    if (this.styles.isHidden(element.attr('text:style-name')) || element.attr('text:display') === 'none')
      return '';
    const inner = () => this.html(element.contents().toArray());
    const tag = SAME_AS[node.tagName];
    if (tag) return `<${tag}>${inner()}</${tag}>`;
    const number = (name: string) => Number(element.attr(name) ?? 1) || 1;
    switch (node.tagName) {
      case 'text:h': {
        const level = number('text:outline-level');
        const isCounted = element.attr('text:is-list-header') !== 'true';
        const tagName = `h${Math.min(6, Math.max(1, Math.trunc(level)))}`;
        return `<${tagName}>${isCounted ? this.styles.headingNumber(level) : ''}${inner()}</${tagName}>`;
      }
      case 'text:list':
        return this.list(node);
      case 'text:span':
        return this.styles.shown(inner(), element.attr('text:style-name'));
      case 'table:table-cell': {
        const cell = `<td rowspan="${number('table:number-rows-spanned')}" colspan="${number('table:number-columns-spanned')}">${inner()}</td>`;
        return cell.repeat(Math.min(number('table:number-columns-repeated'), MAX_BLANKS));
      }
      case 'text:s':
        return ' '.repeat(Math.min(number('text:c'), MAX_BLANKS));
      case 'text:tab':
        return ' ';
      case 'text:line-break':
        return '<br>';
      case 'text:ruby-text':
        return ` (${inner()})`;
      case 'svg:title':
      case 'svg:desc':
        return ` ${inner()} `;
      case 'text:note':
        return ` (${this.html(element.children('text\\:note-body').contents().toArray()).replaceAll(/<\/?p>/g, '')})`;
      default:
        return inner();
    }
  }

  /** Items with numbers are paragraphs that begin with them; others are those of a list. */
  private list(list: Element): string {
    const element = this.$(list);
    const level = this.lists.length;
    const style = element.attr('text:style-name') ?? this.lists.at(-1) ?? '';
    const goesOn = element.attr('text:continue-numbering') === 'true' || element.attr('text:continue-list');
    if (level === 0 && !goesOn) this.styles.restart(style, level);
    this.lists.push(style);
    const items = element
      .children('text\\:list-item, text\\:list-header')
      .toArray()
      .map((item) => {
        const start = this.$(item).attr('text:start-value');
        const isCounted = this.$(item).is('text\\:list-item');
        const mark = isCounted
          ? this.styles.itemNumber(style, level, start === undefined ? undefined : Number(start))
          : '';
        const words = this.html(this.$(item).contents().toArray());
        return { mark, words };
      });
    this.lists.pop();
    if (items.every(({ mark }) => mark === ''))
      return `<ul>${items.map(({ words }) => `<li>${words}</li>`).join('')}</ul>`;
    return items
      .map(({ mark, words }) => words.replace(/^(?:\s*<(?:p|h[1-6])>)?/, (open) => open + mark))
      .join('');
  }
}
