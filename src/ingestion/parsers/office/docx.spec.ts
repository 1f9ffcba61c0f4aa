import JSZip from 'jszip';
import { read, relations, shown } from './support/office-files.js';
import { LEVELS, paragraph, W, word } from './support/word-files.js';

describe('a Word document', () => {
  const clause = (text: string, level: number) =>
    paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="1"/></w:numPr>`);
  const heading = (text: string) => paragraph(text, '<w:pStyle w:val="H1"/>');

  it('shows the numbers of its headings and clauses', async () => {
    const body = [
      heading('Scope'),
      clause('All staff.', 1),
      heading('Terms'),
      clause('Notice: 30 days', 1),
      clause('Fees', 1),
      clause('in euros', 2),
      clause('in francs', 2),
      heading('End'),
    ];
    expect(shown(await read('a.docx', await word(body.join(''))))).toEqual([
      'heading: 1. Scope',
      'paragraph: 1.1 All staff.',
      'heading: 2. Terms',
      'paragraph: 2.1 Notice: 30 days',
      'paragraph: 2.2 Fees',
      'paragraph: (a) in euros',
      'paragraph: (b) in francs',
      'heading: 3. End',
    ]);
  });

  it('writes numbers of legal style in digits', async () => {
    const levels = [
      '<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1"/></w:lvl>',
      '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>',
    ];
    const body = clause('Payment', 0) + clause('Within 21 days', 1);
    expect((await read('a.docx', await word(body, levels))).text).toBe(
      'Article IV Payment\n\n4.1 Within 21 days',
    );
  });

  it('has its notes where they are referred to', async () => {
    const note = (kind: string, id: number, text: string) =>
      `<w:${kind} w:id="${id}">${paragraph(text)}</w:${kind}>`;
    const parts = {
      'word/_rels/document.xml.rels': relations([
        ['r1', 'footnotes', 'footnotes.xml'],
        ['r2', 'endnotes', 'endnotes.xml'],
      ]),
      'word/footnotes.xml': `<w:footnotes ${W}>${note('footnote', 2, 'plus VAT')}</w:footnotes>`,
      'word/endnotes.xml': `<w:endnotes ${W}>${note('endnote', 2, 'as of May')}</w:endnotes>`,
    };
    const body =
      '<w:p><w:r><w:t>The fee is 700</w:t><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r></w:p>' +
      '<w:p><w:r><w:t>Toll: 12</w:t><w:endnoteReference w:id="2"/></w:r></w:p>';
    expect((await read('a.docx', await word(body, LEVELS, parts))).text).toBe(
      'The fee is 700 (plus VAT).\n\nToll: 12 (as of May)',
    );
  });

  it('has the results of fields, and text of other directions', async () => {
    const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
    const body = `<w:p>${run('Due ')}<w:fldSimple w:instr="DATE">${run('5 May')}</w:fldSimple><w:customXml><w:bdo>${run(' at noon')}</w:bdo></w:customXml></w:p>`;
    expect((await read('a.docx', await word(body))).text).toBe('Due 5 May at noon');
  });

  it('is read though a link, a picture or a note leads nowhere, and without styles', async () => {
    const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
    const A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
    const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
    const body =
      `<w:p><w:hyperlink ${R} r:id="r99">${run('The manual')}</w:hyperlink>${run(' is on shelf 12.')}<w:r><w:footnoteReference w:id="7"/></w:r></w:p>` +
      `<w:p><w:r><w:drawing><wp:inline xmlns:wp="w"><a:blip ${A} ${R} r:embed="r98"/></wp:inline></w:drawing></w:r>${run('Bring a lamp.')}</w:p>` +
      `<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr><w:tr><w:tc>${paragraph('Loft')}</w:tc><w:tc>${paragraph('31')}</w:tc></w:tr></w:tbl>`;
    const zip = await JSZip.loadAsync(await word(body));
    zip.remove('word/styles.xml');
    const { text } = await read('a.docx', await zip.generateAsync({ type: 'nodebuffer' }));
    expect(text).toContain('The manual is on shelf 12.\n\nBring a lamp.');
    expect(text).toContain('| Loft | 31 |');
  });

  it('numbers a list once whose numbers are of its style', async () => {
    const levels = [
      '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="H1"/><w:lvlText w:val="%1."/></w:lvl>',
    ];
    const { text } = await read(
      'a.docx',
      await word(heading('Bring a torch') + heading('Bring boots'), levels),
    );
    expect(text).toBe('1. Bring a torch\n\n2. Bring boots');
  });

  it('leaves hidden text out', async () => {
    const run = (text: string, property: string) => `<w:r><w:rPr>${property}</w:rPr><w:t>${text}</w:t></w:r>`;
    const body = `<w:p>${run('Fee 210', '<w:vanish w:val="0"/>')}${run(' draft', '<w:vanish/>')}</w:p>`;
    expect((await read('a.docx', await word(body))).text).toBe('Fee 210');
  });

  it('writes equations in a line', async () => {
    const run = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const body =
      `<w:p><w:r><w:t xml:space="preserve">Energy is </w:t></w:r><m:oMath>${run('E=m')}<m:sSup><m:e>${run('c')}</m:e><m:sup>${run('2')}</m:sup></m:sSup></m:oMath></w:p>` +
      `<w:p><m:oMathPara><m:oMath><m:f><m:num>${run('a+b')}</m:num><m:den>${run('2')}</m:den></m:f></m:oMath></m:oMathPara></w:p>`;
    expect((await read('a.docx', await word(body))).text).toBe('Energy is E=mc^2\n\n(a+b)/2');
  });

  it('keeps cells below their heading, whatever they span or leave out', async () => {
    const cell = (text: string, properties = '') =>
      `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
    const row = (cells: string, properties = '') => `<w:tr><w:trPr>${properties}</w:trPr>${cells}</w:tr>`;
    const table =
      row(cell('Region') + cell('City') + cell('2024', '<w:gridSpan w:val="2"/>') + cell('2025')) +
      row(cell('North', '<w:vMerge w:val="restart"/>') + cell('Oslo') + cell('1') + cell('2') + cell('3')) +
      row(cell('', '<w:vMerge/>') + cell('Bergen') + cell('4') + cell('5') + cell('6')) +
      row(cell('Rome') + cell('7') + cell('8') + cell('9'), '<w:gridBefore w:val="1"/>');
    const document = await read('a.docx', await word(`<w:tbl>${table}</w:tbl>`));
    expect(document.text.split('\n')).toEqual([
      '| Region | City | 2024 | 2024 | 2025 |',
      '| --- | --- | --- | --- | --- |',
      '| North | Oslo | 1 | 2 | 3 |',
      '| North | Bergen | 4 | 5 | 6 |',
      '|  | Rome | 7 | 8 | 9 |',
    ]);
    expect(document.tables).toMatchObject([
      {
        columns: ['Region', 'City', '2024', '2024 (2)', '2025'],
        rows: [
          ['North', 'Oslo', 1, 2, 3],
          ['North', 'Bergen', 4, 5, 6],
          [null, 'Rome', 7, 8, 9],
        ],
      },
    ]);
  });

  it('is read with its changes accepted and without its comments', async () => {
    const body =
      '<w:p><w:r><w:t xml:space="preserve">The fee is </w:t></w:r><w:del><w:r><w:delText>500 EUR</w:delText></w:r></w:del>' +
      '<w:ins><w:r><w:t>700 EUR</w:t></w:r></w:ins><w:smartTag><w:r><w:t xml:space="preserve"> in Ulm</w:t></w:r></w:smartTag></w:p>';
    expect((await read('a.docx', await word(body))).text).toBe('The fee is 700 EUR in Ulm');
  });
});
