import { load } from 'cheerio/slim';
import { DocumentBuilder } from '../document-builder.js';
import { withoutEncodedData } from '../text/encoded-data.js';
import { HtmlBlocks } from './html-blocks.js';
import { writeMarks } from './html-marks.js';
import { removeNoise } from './html-noise.js';
import type { ParsedDocument } from '../parsed-document.js';
import { ofText } from '../text/text-file.js';

/** A page's words, block by block: no links, pictures or other active content, and nothing hidden. */
export function parseHtml(source: string): ParsedDocument {
  const builder = new DocumentBuilder();
  builder.title = addHtml(builder, source);
  return builder.build();
}

export const parse = ofText(parseHtml);

/** In pages that are XML, an element may end where it begins, and text may stand in a section of its own. */
const XHTML = /^\s*<\?xml\b/;
const AS_XHTML = { xml: { xmlMode: false, recognizeSelfClosing: true, recognizeCDATA: true } };

/** Adds the visible content of a page. @param page where there are pages @returns its title, or else its first heading */
export function addHtml(builder: DocumentBuilder, source: string, page?: number): string | undefined {
  const { text, warnings } = withoutEncodedData(source);
  builder.warnings.push(...warnings);
  const $ = load(text, XHTML.test(text) ? AS_XHTML : undefined);
  const title = $('title').first().text().trim();
  removeNoise($);
  writeMarks($);
  const blocks = new HtmlBlocks($, builder, page);
  blocks.add($.root().contents().toArray());
  return title || blocks.firstHeading;
}
