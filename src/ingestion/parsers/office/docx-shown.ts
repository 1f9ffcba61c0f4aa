import { readFile } from 'node:fs/promises';
import { load, type CheerioAPI } from 'cheerio/slim';
import type { AnyNode } from 'domhandler';
import JSZip from 'jszip';
import { isOn, Numbering } from './docx-numbering.js';
import { acceptChanges } from './docx-changes.js';
import { addFrames } from './docx-frames.js';
import { linear } from './docx-math.js';

const DOCUMENT = 'word/document.xml';
const STYLES = 'word/styles.xml';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

/**
 * A Word document with the visible content that mammoth drops as text: the numbers of headings and clauses,
 * equations, charts and diagrams, and cells that a row leaves out at its beginning. Hidden text is left out, and so is what
 * a form shows where nothing is filled in.
 * @param file an archive that was checked
 */
export async function withShownText(file: string): Promise<Buffer> {
  const zip = await JSZip.loadAsync(await readFile(file));
  const read = async (part: string) => load((await zip.file(part)?.async('string')) ?? '', { xml: true });
  const $ = await read(DOCUMENT);
  dropDangling($, await read('word/_rels/document.xml.rels'));
  await dropNotesWithoutText($, read);
  acceptChanges($);
  // Styles are looked up even where there are none.
  if (!zip.file(STYLES)) zip.file(STYLES, `<w:styles xmlns:w="${WORD}"/>`);
  numberParagraphs($, new Numbering(await read('word/numbering.xml'), await read(STYLES)));
  writeEquations($);
  await addFrames($, read);
  dropHidden($);
  unwrapContainers($);
  fillRows($);
  zip.file(DOCUMENT, $.xml());
  return zip.generateAsync({ type: 'nodebuffer' });
}

function numberParagraphs($: CheerioAPI, numbering: Numbering): void {
  for (const paragraph of $('w\\:p').toArray()) {
    const properties = $(paragraph).children('w\\:pPr').first();
    const label = numbering.next(properties);
    if (!label) continue;
    // As text it is; as a list it would be numbered once more.
    properties.children('w\\:numPr').remove();
    properties.append('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>');
    properties.after(run($, `${label} `));
  }
}

/** Links and pictures whose target the file does not name; the words of a link stay. */
function dropDangling($: CheerioAPI, relations: CheerioAPI): void {
  const known = new Set(relations('Relationship').toArray().map((one) => relations(one).attr('Id'))); // prettier-ignore
  const isDangling = (one: AnyNode, name: string) => {
    const id = $(one).attr(name);
    return id !== undefined && !known.has(id);
  };
  for (const link of $('w\\:hyperlink').toArray())
    if (isDangling(link, 'r:id')) $(link).replaceWith($(link).contents());
  for (const picture of $('a\\:blip, v\\:imagedata').toArray())
    if (['r:embed', 'r:link', 'r:id'].some((name) => isDangling(picture, name))) $(picture).remove();
}

/** References to footnotes and endnotes that the file does not have. */
async function dropNotesWithoutText(
  $: CheerioAPI,
  read: (part: string) => Promise<CheerioAPI>,
): Promise<void> {
  for (const kind of ['footnote', 'endnote']) {
    const references = $(`w\\:${kind}Reference`).toArray();
    if (references.length === 0) continue;
    const notes = await read(`word/${kind}s.xml`);
    const known = new Set(notes(`w\\:${kind}`).toArray().map((note) => notes(note).attr('w:id'))); // prettier-ignore
    for (const one of references) if (!known.has($(one).attr('w:id'))) $(one).remove();
  }
}

function writeEquations($: CheerioAPI): void {
  for (const equation of $('m\\:oMath').toArray()) {
    const words = linear($, $(equation).contents().toArray());
    const paragraph = $(equation).parent('m\\:oMathPara');
    (paragraph.length > 0 && paragraph.children('m\\:oMath').length === 1
      ? paragraph
      : $(equation)
    ).replaceWith(run($, words));
  }
}

/** Fields, custom elements and changes of direction around runs, which mammoth drops together with them. */
function unwrapContainers($: CheerioAPI): void {
  for (const container of $('w\\:fldSimple, w\\:customXml, w\\:bdo, w\\:dir').toArray())
    $(container).replaceWith($(container).contents());
  // Of letters with their reading above them, the letters.
  for (const ruby of $('w\\:ruby').toArray()) {
    const around = $(ruby).parent('w\\:r');
    (around.length > 0 ? around : $(ruby)).replaceWith($(ruby).children('w\\:rubyBase').contents());
  }
}

/** Text that is formatted as hidden. */
function dropHidden($: CheerioAPI): void {
  for (const hidden of $('w\\:r > w\\:rPr > w\\:vanish').toArray())
    if (isOn($(hidden))) $(hidden).closest('w\\:r').remove();
  for (const control of $('w\\:sdt:has(> w\\:sdtPr > w\\:showingPlcHdr)').toArray())
    $(control).find('w\\:t').text('');
}

/** A row may begin some columns further right than the others. */
function fillRows($: CheerioAPI): void {
  for (const skip of $('w\\:trPr > w\\:gridBefore').toArray()) {
    const count = Math.min(Number($(skip).attr('w:val')) || 0, 100);
    $(skip).closest('w\\:tr').children('w\\:tc').first().before('<w:tc><w:p/></w:tc>'.repeat(count));
  }
}

/** A run of text. */
function run($: CheerioAPI, words: string) {
  const text = $('<w:t xml:space="preserve"></w:t>').text(words);
  return $('<w:r></w:r>').append(text);
}
