import { load, type CheerioAPI } from 'cheerio/slim';
import { isTag, isText, type AnyNode } from 'domhandler';
import { Archive } from './archive.js';
import { contentOf } from './open-document.js';
import { parseHtml } from '../markup/html.js';
import type { ParsedDocument } from '../parsed-document.js';

/** What is no text of the document: deleted text, comments, settings of its fields. */
const LEFT_OUT = new Set([
  'text:tracked-changes',
  'office:annotation',
  'text:sequence-decls',
  'office:forms',
  'text:bookmark',
]);
/** Elements of OpenDocument by those of HTML that mean the same. */
const SAME_AS: Record<string, string> = {
  'text:p': 'p',
  'text:list': 'ul',
  'text:list-item': 'li',
  'table:table': 'table',
  'table:table-row': 'tr',
  'draw:text-box': 'div',
};
const MAX_BLANKS = 100;

/** A text of LibreOffice by way of HTML. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file);
  try {
    const $ = load(await contentOf(archive), { xml: true });
    const title = load((await archive.text('meta.xml')) ?? '', { xml: true })('dc\\:title')
      .first()
      .text()
      .trim();
    const document = parseHtml(htmlOf($, $('office\\:text').contents().toArray()));
    return title ? { ...document, title } : document;
  } finally {
    archive.close();
  }
}

const htmlOf = ($: CheerioAPI, nodes: readonly AnyNode[]): string =>
  nodes.map((node) => nodeOf($, node)).join('');

function nodeOf($: CheerioAPI, node: AnyNode): string {
  if (isText(node)) return node.data.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  if (!isTag(node) || LEFT_OUT.has(node.tagName)) return '';
  const inner = () => htmlOf($, $(node).contents().toArray());
  const tag = SAME_AS[node.tagName];
  if (tag) return `<${tag}>${inner()}</${tag}>`;
  const number = (name: string) => Number($(node).attr(name) ?? 1) || 1;
  switch (node.tagName) {
    case 'text:h': {
      const level = Math.min(6, number('text:outline-level'));
      return `<h${level}>${inner()}</h${level}>`;
    }
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
    case 'text:note':
      return ` (${htmlOf($, $(node).children('text\\:note-body').contents().toArray()).replaceAll(/<\/?p>/g, '')})`;
    default:
      return inner();
  }
}
