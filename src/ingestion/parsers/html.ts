import { load, type CheerioAPI } from 'cheerio/slim';
import TurndownService from 'turndown';
import { parseMarkdown } from './markdown.js';
import type { ParsedDocument } from './parsed-document.js';
import { ofText } from './text-file.js';

/** What is not for readers, or not of the document. */
const NOISE =
  'script, style, nav, template, noscript, iframe, object, svg, button, input, select, textarea, [hidden]';
/** Tables are used for layout as well: then they hold more than words. */
const MORE_THAN_WORDS = 'table, h1, h2, h3, ul, ol, pre, blockquote';

/** Turndown aligns the words of lists; one space will do. */
const WIDE_MARKS = /^( *(?:-|\d+\.)) {2,3}(?=\S)/gm;

/** A page by way of Markdown: words only, no links, pictures or anything else that is live. */
export function parseHtml(source: string): ParsedDocument {
  const $ = load(source);
  const title = $('title').first().text().trim();
  $(`title, ${NOISE}`).remove();
  $('*')
    .contents()
    .filter((_, node) => node.type === 'comment')
    .remove();
  $('img').replaceWith((_, image) => $('<span>').text($(image).attr('alt') ?? ''));
  for (const table of $('table').toArray()) {
    if ($(table).find(MORE_THAN_WORDS).length === 0) $(table).replaceWith(pipeTable($, $(table)));
  }
  const markdown = converter().turndown($.html()).replaceAll(WIDE_MARKS, '$1 ');
  const document = parseMarkdown(markdown);
  return title ? { ...document, title } : document;
}

export const parse = ofText(parseHtml);

function converter(): TurndownService {
  const style = { headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', br: '' } as const;
  const turndown = new TurndownService(style);
  // Quotes are compared with the text: it has the words as they are read.
  turndown.escape = (text) => text;
  turndown.addRule('words', {
    filter: ['a', 'em', 'i', 'strong', 'b', 'u', 'code'],
    replacement: (content) => content,
  });
  return turndown;
}

/** A table in Markdown, as a paragraph of lines. */
function pipeTable($: CheerioAPI, table: ReturnType<CheerioAPI>) {
  const rows = table
    .find('tr')
    .toArray()
    .map((row) =>
      $(row)
        .children('td, th')
        .toArray()
        .map((cell) => inOneLine($(cell).text())),
    );
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const line = (cells: string[]) =>
    `| ${Array.from({ length: width }, (_, i) => cells[i] ?? '').join(' | ')} |`;
  const [header = [], ...body] = rows;
  const lines = [line(header), `|${' --- |'.repeat(width)}`, ...body.map(line)];
  const paragraph = $('<p>');
  for (const words of lines) paragraph.append($('<span>').text(words), $('<br>'));
  return paragraph;
}

const inOneLine = (words: string) => words.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim();
