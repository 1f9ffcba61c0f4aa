import { posix } from 'node:path';
import type { CheerioAPI } from 'cheerio';
import { chartOf, diagramOf } from './pptx-frames.js';

/** Adds the words of charts and diagrams, which have parts of their own, below the paragraphs that they stand in. */
export async function addFrames($: CheerioAPI, read: (part: string) => Promise<CheerioAPI>): Promise<void> {
  const frames = $('w\\:drawing').find('c\\:chart, dgm\\:relIds').toArray();
  if (frames.length === 0) return;
  const relations = await read('word/_rels/document.xml.rels');
  for (const frame of frames) {
    const id = $(frame).attr('r:dm') ?? $(frame).attr('r:id');
    const target = relations('Relationship').filter((_, one) => relations(one).attr('Id') === id).attr('Target'); // prettier-ignore
    if (!target) continue;
    const part = await read(target.startsWith('/') ? target.slice(1) : posix.join('word', target));
    const { lines, grid = [] } = $(frame).is('c\\:chart') ? chartOf(part) : diagramOf(part);
    const rows = grid.map(
      (row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`,
    );
    const table = rows.length > 0 ? `<w:tbl>${rows.join('')}</w:tbl>` : '';
    $(frame)
      .parents('w\\:p')
      .last()
      .after(lines.map(paragraph).join('') + table);
  }
}

const paragraph = (words: string) =>
  `<w:p><w:r><w:t xml:space="preserve">${escaped(words)}</w:t></w:r></w:p>`;

const escaped = (words: string) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
