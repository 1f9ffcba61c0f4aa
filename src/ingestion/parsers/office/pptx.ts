import { posix } from 'node:path';
import { load, type CheerioAPI } from 'cheerio/slim';
import { Archive } from './archive.js';
import { DocumentBuilder } from '../document-builder.js';
import { gridOf, pipeTables } from '../markup/cell-grid.js';
import { withOneHeader } from '../tables/table-shape.js';
import { keepTable } from '../tables/text-table.js';
import { chartOf, diagramOf, type Frame } from './pptx-frames.js';
import { paragraphs } from './pptx-lines.js';
import { UnreadableFileError, type ParsedDocument } from '../parsed-document.js';

const PRESENTATION = 'ppt/presentation.xml';
/** What a slide master puts on every slide. */
const PAGE_FRAME = new Set(['dt', 'ftr', 'hdr', 'sldNum', 'sldImg']);

/** A presentation in the order it is shown; every slide is a page, with its notes at the end. */
export async function parse(file: string): Promise<ParsedDocument> {
  const archive = await Archive.open(file);
  try {
    const builder = new DocumentBuilder();
    const slides = await slidesOf(archive);
    const hidden: number[] = [];
    for (const [i, slide] of slides.entries()) {
      if (!(await addSlide(builder, archive, slide, i + 1))) hidden.push(i + 1);
    }
    for (const number of hidden) builder.warnings.push(`Slide ${number} is hidden and was left out.`);
    return builder.build();
  } finally {
    archive.close();
  }
}

async function slidesOf(archive: Archive): Promise<string[]> {
  const presentation = await archive.text(PRESENTATION);
  if (!presentation) throw new UnreadableFileError('The file is damaged: it has no list of slides.');
  const $ = parseXml(presentation);
  const targets = await relationsOf(archive, PRESENTATION);
  return $('p\\:sldIdLst > p\\:sldId')
    .toArray()
    .flatMap((slide) => targets.find(({ id }) => id === $(slide).attr('r:id'))?.target ?? []);
}

async function addSlide(
  builder: DocumentBuilder,
  archive: Archive,
  part: string,
  page: number,
): Promise<boolean> {
  const slide = await archive.text(part);
  if (!slide) throw new UnreadableFileError(`The file is damaged: slide ${page} is missing.`);
  const $ = parseXml(slide);
  if (['0', 'false'].includes($('p\\:sld').attr('show') ?? '')) return false;
  keepOneAlternative($);
  const relations = await relationsOf(archive, part);
  const shapes: Shape[] = [];
  for (const shape of $('p\\:sp, p\\:cxnSp, p\\:graphicFrame').toArray())
    shapes.push((await frameOf($, shape, archive, relations)) ?? shapeOf($, shape));
  const title = shapes.find(({ kind }) => kind === 'title' || kind === 'ctrTitle');
  builder.title ??= title?.lines.join(' ');
  if (title) builder.add('heading', title.lines.join(' '), { page, level: 1 });
  for (const shape of shapes) {
    if (shape === title || PAGE_FRAME.has(shape.kind)) continue;
    builder.add(
      shape.kind !== 'table' && shape.lines.length > 1 ? 'list' : 'paragraph',
      shape.lines.join('\n'),
      {
        page,
      },
    );
    if (!shape.grid) continue;
    for (const table of pipeTables(shape.grid)) builder.add('table', table, { page });
    keepTable(builder, shape.lines[0] ?? title?.lines.join(' ') ?? '', shape.grid);
  }
  const notes = relations.find(({ type }) => type.endsWith('/notesSlide'));
  if (notes) addNotes(builder, (await archive.text(notes.target)) ?? '', page);
  return true;
}

/** Newer drawings come with a picture or a text of the same for older programs. */
function keepOneAlternative($: CheerioAPI): void {
  for (const alternative of $('mc\\:AlternateContent').toArray()) {
    const choice = $(alternative).children('mc\\:Choice');
    const isEmpty = choice.find('a\\:t, m\\:t, c\\:chart, dgm\\:relIds').length === 0;
    (isEmpty ? choice : $(alternative).children('mc\\:Fallback')).remove();
  }
}

/** The words of a diagram or a chart, which have parts of their own; null for other shapes. */
async function frameOf(
  $: CheerioAPI,
  shape: Parameters<CheerioAPI>[0],
  archive: Archive,
  relations: readonly { id: string; target: string }[],
): Promise<Frame | null> {
  const diagram = $(shape).find('dgm\\:relIds').attr('r:dm');
  const chart = $(shape).find('c\\:chart').attr('r:id');
  const target = relations.find(({ id }) => id === (diagram ?? chart))?.target;
  const part = target && (await archive.text(target));
  if (!part) return null;
  return diagram ? diagramOf(parseXml(part)) : chartOf(parseXml(part));
}

function addNotes(builder: DocumentBuilder, notes: string, page: number): void {
  const $ = parseXml(notes);
  const shapes = $('p\\:sp')
    .toArray()
    .map((shape) => shapeOf($, shape));
  const lines = shapes.filter(({ kind }) => !PAGE_FRAME.has(kind)).flatMap((shape) => shape.lines);
  if (lines.length > 0) builder.add('paragraph', `Notes: ${lines.join('\n')}`, { page });
}

interface Shape {
  kind: string;
  lines: string[];
  /** The rows of a table, its header first. */
  grid?: string[][];
}

/** A shape's lines and what it is: `title`, `body`, `table` and so on, empty when the slide does not declare it. */
function shapeOf($: CheerioAPI, shape: Parameters<CheerioAPI>[0]): Shape {
  const rows = $(shape).find('a\\:tbl > a\\:tr').toArray();
  if (rows.length > 0) {
    const grid = rows.map((row) =>
      $(row)
        .children('a\\:tc:not([hMerge="1"]):not([vMerge="1"])')
        .toArray()
        .map((cell) => ({
          text: paragraphs($, cell).join(' '),
          rows: Number($(cell).attr('rowSpan') ?? 1),
          columns: Number($(cell).attr('gridSpan') ?? 1),
        })),
    );
    return { kind: 'table', lines: [], grid: withOneHeader(gridOf(grid)) };
  }
  return { kind: $(shape).find('p\\:nvPr > p\\:ph').attr('type') ?? '', lines: paragraphs($, shape) };
}

async function relationsOf(archive: Archive, part: string) {
  const directory = posix.dirname(part);
  const list = await archive.text(`${directory}/_rels/${posix.basename(part)}.rels`);
  const $ = parseXml(list ?? '');
  return $('Relationship')
    .toArray()
    .map((relation) => {
      const target = $(relation).attr('Target') ?? '';
      return {
        id: $(relation).attr('Id') ?? '',
        type: $(relation).attr('Type') ?? '',
        target: target.startsWith('/') ? target.slice(1) : posix.join(directory, target),
      };
    });
}

/** Names of elements come with the prefixes that every program which writes presentations uses. */
const parseXml = (source: string) => load(source, { xml: true });
