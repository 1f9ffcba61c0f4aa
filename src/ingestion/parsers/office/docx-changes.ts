import type { CheerioAPI } from 'cheerio';

/**
 * Accepts tracked changes: deleted rows and words, and paragraphs whose end was deleted, which run on in the next one.
 * What is deleted has no number.
 */
export function acceptChanges($: CheerioAPI): void {
  $('w\\:tr:has(> w\\:trPr > w\\:del)').remove();
  $('w\\:del, w\\:moveFrom').not('w\\:rPr > *, w\\:trPr > *').remove();
  for (const mark of $('w\\:pPr > w\\:rPr').children('w\\:del, w\\:moveFrom').toArray()) {
    const paragraph = $(mark).closest('w\\:p');
    const next = paragraph.next('w\\:p');
    const words = paragraph.children().not('w\\:pPr');
    if (next.length > 0) {
      const properties = next.children('w\\:pPr').first();
      if (properties.length > 0) properties.after(words);
      else next.prepend(words);
      paragraph.remove();
    } else if (words.length === 0 && paragraph.siblings('w\\:p').length > 0) paragraph.remove();
  }
}
