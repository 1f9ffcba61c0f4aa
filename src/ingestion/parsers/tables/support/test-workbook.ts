import JSZip from 'jszip';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const NAMESPACES = `xmlns="${MAIN}" xmlns:r="${OFFICE}"`;
const MORE = ['[h]:mm', 'h:mm AM/PM', '[<=9999999]###-####;(###) ###-####', '+49 0', '0.0"kg"', '$#,##0'];
/** Formats that put words beside numbers: the last of `FORMATS`. */
export const WORDS = ['"Q"0', '0 "days"', '"KW "0', '0 "Bäume"', '0.0" h"'];
/** The formats of the cells' styles 0, 1, 2 …. */
export const FORMATS = [
  'General',
  '0%',
  '00000',
  '0.0%',
  '"$"#,##0.00',
  'yyyy-mm-dd',
  '#,##0',
  '000-000',
  ...MORE,
  '"Yes";"Yes";"No"',
  ...WORDS,
];

export interface TestSheet {
  rows: string;
  merges?: string[];
  isHidden?: boolean;
}

/** A workbook of these sheets, as spreadsheet programs write them. */
export async function workbook(sheets: Record<string, TestSheet>, is1904 = false): Promise<Buffer> {
  const zip = new JSZip();
  const list = Object.entries(sheets);
  const override = (part: string, type: string) =>
    `<Override PartName="/xl/${part}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${type}+xml"/>`;
  zip.file(
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `${override('workbook', 'sheet.main')}${override('styles', 'styles')}${list.map((_, i) => override(`sheet${i}`, 'worksheet')).join('')}</Types>`,
  );
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relations = (content: string) =>
    `<Relationships xmlns="${PACKAGE}/relationships">${content}</Relationships>`;
  zip.file('_rels/.rels', relations(relation('r1', 'officeDocument', 'xl/workbook.xml')));
  const sheetList = list.map(
    ([name, { isHidden }], i) =>
      `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"${isHidden ? ' state="hidden"' : ''}/>`,
  );
  zip.file(
    'xl/workbook.xml',
    `<workbook ${NAMESPACES}><workbookPr date1904="${Number(is1904)}"/><sheets>${sheetList.join('')}</sheets></workbook>`,
  );
  zip.file(
    'xl/_rels/workbook.xml.rels',
    relations(
      relation('st', 'styles', 'styles.xml') +
        list.map((_, i) => relation(`s${i}`, 'worksheet', `sheet${i}.xml`)).join(''),
    ),
  );
  const formats = FORMATS.map((code, i) => `<numFmt numFmtId="${164 + i}" formatCode='${code}'/>`).join('');
  zip.file(
    'xl/styles.xml',
    `<styleSheet ${NAMESPACES}><numFmts>${formats.replaceAll(/'([^']*)'/g, (_, code: string) => `"${code.replaceAll('"', '&quot;')}"`)}</numFmts>` +
      `<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellXfs>${FORMATS.map((_, i) => `<xf numFmtId="${164 + i}"/>`).join('')}</cellXfs></styleSheet>`,
  );
  for (const [i, [, { rows, merges = [] }]] of list.entries()) {
    const merged = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
    zip.file(
      `xl/sheet${i}.xml`,
      `<worksheet ${NAMESPACES}><sheetData>${rows}</sheetData>${merged && `<mergeCells>${merged}</mergeCells>`}</worksheet>`,
    );
  }
  return zip.generateAsync({ type: 'nodebuffer' });
}

export const row = (number: number, ...cells: string[]) => `<row r="${number}">${cells.join('')}</row>`;
export const word = (ref: string, text: string) => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
export const number = (ref: string, value: number, style = 0) =>
  `<c r="${ref}" s="${style}"><v>${value}</v></c>`;
