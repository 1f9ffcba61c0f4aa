import type { CheerioAPI } from 'cheerio';
import type { AnyNode, Element } from 'domhandler';
import { raised, struck } from '../raised.js';

/** A table within a cell that is longer is content of its own. */
const MAX_INNER_CHARS = 300;

/** Writes what elements show beside their words as text, so that these can be read like any other. */
export function writeMarks($: CheerioAPI): void {
  const write = (element: Parameters<CheerioAPI>[0], words: string) =>
    $(element).replaceWith($('<span></span>').text(words));
  // Changes are accepted, as in a text of Word.
  $('del').remove();
  $('rp').remove();
  for (const reading of $('rt').toArray()) write(reading, `(${$(reading).text().trim()})`);
  for (const picture of $('img').toArray()) write(picture, $(picture).attr('alt') ?? '');
  for (const checkbox of $('input[type="checkbox"], input[type="radio"]').toArray())
    write(checkbox, isOfText($, checkbox) ? ($(checkbox).is('[checked]') ? '[x] ' : '[ ] ') : '');
  for (const superscript of $('sup').toArray()) write(superscript, raised($(superscript).text()));
  for (const struckElement of $('s, strike').toArray())
    if ($(struckElement).children('p, div, ul, ol, table').length === 0) {
      $(struckElement).find('br').replaceWith(' ');
      write(struckElement, struck($(struckElement).text()));
    }
  $('pre br').replaceWith('\n');
  $('h1, h2, h3, h4, h5, h6, caption').find('br, p, div').before(' ');
  for (const table of valueTables($)) write(table, innerText($, table));
}

/** Whether a box belongs to words; others open and close parts of a page. */
const isOfText = ($: CheerioAPI, checkbox: AnyNode): boolean =>
  $(checkbox).closest('label, li, td, th, p').length > 0 || $(checkbox).siblings('label').length > 0;

/** The tables that are what stands in a cell of another one, which is no frame around the content of a page. */
function valueTables($: CheerioAPI): Element[] {
  const inner = $('table table').toArray();
  if (inner.length === 0) return [];
  const rows = new Map<AnyNode | undefined, Element[]>();
  for (const row of $('tr').toArray()) {
    const table = $(row).closest('table')[0];
    const own = rows.get(table);
    if (own) own.push(row);
    else rows.set(table, [row]);
  }
  const grids = new Set([...rows].flatMap(([table, own]) => (table && isGrid($, own) ? table : [])));
  return inner.filter(
    (table) =>
      grids.has($(table).parents('table')[0]!) &&
      $(table).find('table, h1, h2, h3, h4, h5, h6, pre').length === 0 &&
      $(table).text().trim().length < MAX_INNER_CHARS,
  );
}

/** Whether rows have columns, and names above them. */
function isGrid($: CheerioAPI, rows: readonly Element[]): boolean {
  const widths = new Set(rows.map((row) => $(row).children('td, th').length));
  return rows.length > 1 && widths.size === 1 && !widths.has(1) && $(rows[0]!).find('table').length === 0;
}

const innerText = ($: CheerioAPI, table: Parameters<CheerioAPI>[0]): string =>
  $(table)
    .find('tr')
    .toArray()
    .map((row) =>
      $(row)
        .children('td, th')
        .toArray()
        .map((cell) => $(cell).text().replaceAll(/\s+/g, ' ').trim())
        .filter(Boolean)
        .join(': '),
    )
    .filter(Boolean)
    .join('; ');
