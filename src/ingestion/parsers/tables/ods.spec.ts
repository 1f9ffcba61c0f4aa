import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import { detectType } from '../../file-types.js';
import { parse } from './ods.js';

const TYPE = 'application/vnd.oasis.opendocument.spreadsheet';
const NAMESPACES = ['office', 'table', 'text', 'style', 'number']
  .map(
    (name) =>
      `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name === 'number' ? 'datastyle' : name}:1.0"`,
  )
  .join(' ');
const STYLES = `<office:automatic-styles>
  <number:percentage-style style:name="N1"><number:number number:decimal-places="0"/><number:text>%</number:text></number:percentage-style>
  <style:style style:name="c1" style:family="table-cell" style:data-style-name="N1"/>
  <style:style style:name="t1" style:family="table"><style:table-properties table:display="true"/></style:style>
  <style:style style:name="t2" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>`;
const cell = (text: string, attributes = 'office:value-type="string"', more = '') =>
  `<table:table-cell ${attributes}><text:p>${text}</text:p>${more}</table:table-cell>`;
const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`;
const share = (value: number) =>
  cell(`${value * 100}%`, `table:style-name="c1" office:value-type="percentage" office:value="${value}"`);
const day = (iso: string) => cell('a day', `office:value-type="date" office:date-value="${iso}"`);
const doubled = (value: number) =>
  cell(String(value), `table:formula="of:=[.B2]*2" office:value-type="float" office:value="${value}"`);

async function spreadsheet(...tables: string[]): Promise<Buffer> {
  const zip = new JSZip();
  zip.file('mimetype', TYPE, { compression: 'STORE' });
  zip.file(
    'content.xml',
    `<office:document-content ${NAMESPACES}>${STYLES}<office:body><office:spreadsheet>${tables.join('')}</office:spreadsheet></office:body></office:document-content>`,
  );
  zip.file('styles.xml', `<office:document-styles ${NAMESPACES}/>`);
  zip.file('META-INF/manifest.xml', '<manifest/>');
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

describe('an OpenDocument spreadsheet', () => {
  let directory: string;
  beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'parley-ods-'))));
  afterAll(() => rm(directory, { recursive: true }));

  it('is read as tables, with formats as shown, merged groups and results of formulas', async () => {
    const file = join(directory, 'sales.bin');
    const sales = `<table:table table:name="Sales" table:style-name="t1">${[
      row(cell('Region'), cell('City'), cell('Share'), cell('Day'), cell('Total')),
      row(
        cell(
          'North',
          'office:value-type="string" table:number-rows-spanned="2" table:number-columns-spanned="1"',
        ),
        cell('Oslo', undefined, '<office:annotation><text:p>a comment</text:p></office:annotation>'),
        share(0.15),
        day('2024-03-02'),
        doubled(30),
      ),
      row('<table:covered-table-cell/>', cell('Bergen'), share(0.25), day('2024-04-05'), doubled(1234.5)),
      '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    ].join('')}</table:table>`;
    const old = `<table:table table:name="Old" table:style-name="t2">${row(cell('hidden'))}</table:table>`;
    await writeFile(file, await spreadsheet(sales, old));
    expect(await detectType(file, 'sales.bin')).toMatchObject({ mediaType: TYPE });
    const { tables, text, warnings } = await parse(file);
    expect(tables).toMatchObject([
      {
        name: 'Sales',
        columns: ['Region', 'City', 'Share', 'Day', 'Total'],
        rows: [
          ['North', 'Oslo', '15%', '2024-03-02', 30],
          ['North', 'Bergen', '25%', '2024-04-05', 1234.5],
        ],
        rowsLeftOut: 0,
      },
    ]);
    expect(text).not.toMatch(/hidden|comment/);
    expect(warnings).toEqual(['The sheet "Old" is hidden and was left out.']);
  });

  it('without sheets is refused', async () => {
    const file = join(directory, 'empty.ods');
    await writeFile(file, await spreadsheet());
    await expect(parse(file)).rejects.toThrow('it has no list of sheets');
  });
});
