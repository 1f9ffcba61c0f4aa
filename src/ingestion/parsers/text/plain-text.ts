import { documentOf } from '../document-builder.js';
import { unfolded } from './directory-text.js';
import { withoutEncodedData } from './encoded-data.js';
import { linesOf } from './lines.js';
import type { Block, ParsedDocument } from '../parsed-document.js';
import { ofText } from './text-file.js';

/** Text as it stands in the file; paragraphs are parted by empty lines. */
export function parsePlainText(text: string): ParsedDocument {
  const blocks: Block[] = [];
  let paragraph: Block | undefined;
  for (const line of linesOf(text)) {
    const words = text.slice(line.start, line.end);
    if (words.trim() === '') {
      paragraph = undefined;
      continue;
    }
    if (!paragraph) {
      paragraph = { kind: 'paragraph', start: line.start + words.search(/\S/), end: line.end };
      blocks.push(paragraph);
    }
    paragraph.end = line.start + words.trimEnd().length;
  }
  return documentOf(text, blocks);
}

export const parse = ofText((source) => {
  const { text, warnings } = withoutEncodedData(unfolded(source));
  return { ...parsePlainText(text), warnings };
});
