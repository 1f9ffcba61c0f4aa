import type { CheerioAPI } from 'cheerio';
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
  for (const box of $('input[type="checkbox"], input[type="radio"]').toArray())
    write(box, $(box).is('[checked]') ? '[x] ' : '[ ] ');
  for (const power of $('sup').toArray()) write(power, raised($(power).text()));
  for (const gone of $('s, strike').toArray())
    if ($(gone).children('p, div, ul, ol, table').length === 0) write(gone, struck($(gone).text()));
  $('pre br').replaceWith('\n');
  $('h1, h2, h3, h4, h5, h6, caption').find('br, p, div').before(' ');
  for (const table of $('table table').toArray()) if (isValue($, table)) write(table, innerText($, table));
}

/** Whether a table is what stands in a cell of another one, which is no frame around the content of a page. */
function isValue($: CheerioAPI, inner: Parameters<CheerioAPI>[0]): boolean {
  const rows = $(inner).parents('table').first().find('tr').not($(inner).find('tr')).toArray();
  const widths = new Set(rows.map((row) => $(row).children('td, th').length));
  const [first] = rows;
  return (
    rows.length > 1 &&
    widths.size === 1 &&
    !widths.has(1) &&
    $(first!).find('table').length === 0 &&
    $(inner).find('table, h1, h2, h3, h4, h5, h6, pre').length === 0 &&
    $(inner).text().trim().length < MAX_INNER_CHARS
  );
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
