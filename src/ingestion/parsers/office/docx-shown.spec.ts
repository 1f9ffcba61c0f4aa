import { read, relations, shown } from './support/office-files.js';
import { LEVELS, paragraph, W, word } from './support/word-files.js';

const run = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const lines = async (body: string, levels = LEVELS, parts: Record<string, string> = {}) =>
  (await read('a.docx', await word(body, levels, parts))).text.split('\n\n');

const level = (number: number, format: string, text: string, more = '') =>
  `<w:lvl w:ilvl="${number}"><w:start w:val="1"/><w:numFmt w:val="${format}"/>${more}<w:lvlText w:val="${text}"/></w:lvl>`;
const clause = (text: string, at = 0, mark = '') =>
  paragraph(text, `<w:numPr><w:ilvl w:val="${at}"/><w:numId w:val="1"/></w:numPr>${mark}`);

describe('what a Word document shows', () => {
  it('has numbers that go on below other headings where their level says so', async () => {
    const levels = [level(0, 'decimal', 'Part %1'), level(1, 'decimal', '§ %2', '<w:lvlRestart w:val="0"/>')];
    const body = clause('A') + clause('x', 1) + clause('y', 1) + clause('B') + clause('z', 1);
    expect(await lines(body, levels)).toEqual(['Part 1 A', '§ 1 x', '§ 2 y', 'Part 2 B', '§ 3 z']);
  });

  it.each([
    ['ordinal', '%1 floor', '1st floor', '2nd floor'],
    ['ordinalText', '%1 floor', 'First floor', 'Second floor'],
    ['cardinalText', 'Chapter %1', 'Chapter One', 'Chapter Two'],
    ['numberInDash', '%1', '- 1 -', '- 2 -'],
    ['decimalEnclosedCircle', '%1', '①', '②'],
    ['chineseCounting', '第%1条', '第一条', '第二条'],
    ['russianLower', '%1)', 'а)', 'б)'],
    ['decimalZero', '%1.', '01.', '02.'],
  ])('has numbers in the format %s', async (format, text, first, second) => {
    expect(await lines(clause('x') + clause('y'), [level(0, format, text)])).toEqual([
      `${first} x`,
      `${second} y`,
    ]);
  });

  it('finds the level of a style in its list, and a list by its style', async () => {
    const style = (id: string, name: string) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>`;
    const parts = {
      'word/styles.xml': `<w:styles ${W}>${style('A', 'heading 1')}${style('B', 'heading 2')}<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>`,
      'word/numbering.xml':
        `<w:numbering ${W}><w:abstractNum w:abstractNumId="0"><w:styleLink w:val="L"/>${level(0, 'upperLetter', '%1', '<w:pStyle w:val="A"/>')}${level(1, 'decimal', '%1-%2', '<w:pStyle w:val="B"/>')}</w:abstractNum>` +
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="L"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="9"><w:abstractNumId w:val="5"/></w:num></w:numbering>',
    };
    const styled = (text: string, id: string) => paragraph(text, `<w:pStyle w:val="${id}"/>`);
    const linked = paragraph('Annex', '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr>');
    const body =
      styled('Aims', 'A') + styled('Scope', 'B') + styled('Risks', 'B') + styled('Costs', 'A') + linked;
    expect(await lines(body, LEVELS, parts)).toEqual([
      'A Aims',
      'A-1 Scope',
      'A-2 Risks',
      'B Costs',
      'C Annex',
    ]);
  });

  it('does not count what was deleted, and joins paragraphs whose end was', async () => {
    const gone = '<w:rPr><w:del w:id="1"/></w:rPr>';
    const deleted = `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>${gone}</w:pPr><w:del><w:r><w:delText>Gone</w:delText></w:r></w:del></w:p>`;
    const row = (text: string, properties = '') =>
      `<w:tr><w:trPr>${properties}</w:trPr><w:tc>${clause(text)}</w:tc><w:tc>${paragraph('x')}</w:tc></w:tr>`;
    const moved = `<w:p><w:moveFrom w:id="2">${run('Moved.')}</w:moveFrom></w:p>`;
    const body =
      clause('One') +
      deleted +
      clause('Two,', 0, gone) +
      clause(' and three') +
      moved +
      `<w:tbl>${row('Four')}${row('No', '<w:del w:id="3"/>')}${row('Five')}</w:tbl>`;
    const document = await read('a.docx', await word(body));
    expect(shown(document).slice(0, 2)).toEqual(['paragraph: 1. One', 'paragraph: 2. Two, and three']);
    expect(document.text).toContain('| 3. Four | x |');
    expect(document.text).toContain('| 4. Five | x |');
    expect(document.text).not.toMatch(/Gone|Moved|No/);
  });

  it('shows powers and struck text, letters below their reading, ticks, and no prompts of forms', async () => {
    const body =
      `<w:p>${run('10')}${run('6', '<w:vertAlign w:val="superscript"/>')}${run(' cells. ')}${run('80 EUR', '<w:strike/>')}${run(' 95 EUR')}</w:p>` +
      `<w:p><w:r><w:ruby><w:rt>${run('かん')}</w:rt><w:rubyBase>${run('漢')}</w:rubyBase></w:ruby></w:r>${run('字')}</w:p>` +
      `<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>${run(' Insured')}</w:p>` +
      `<w:p>${run('Name:')}<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${run('Click to enter text.')}</w:sdtContent></w:sdt></w:p>`;
    expect(await lines(body)).toEqual(['10⁶ cells. ~~80 EUR~~ 95 EUR', '漢字', '[x] Insured', 'Name:']);
  });

  it('writes sums, roots, functions, brackets and matrices in a line', async () => {
    const m = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const e = (words: string) => `<m:e>${words}</m:e>`;
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${m('i=1')}</m:sub><m:sup>${m('n')}</m:sup>${e(m('i'))}</m:nary>`;
    const root = `<m:rad><m:deg>${m('3')}</m:deg>${e(m('x'))}</m:rad>`;
    const sine = `<m:func><m:fName>${m('sin')}</m:fName>${e(m('t'))}</m:func>`;
    const range = `<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="["/></m:dPr>${e(m('0'))}${e(m('1'))}</m:d>`;
    const matrix = `<m:m><m:mr>${e(m('1'))}${e(m('0'))}</m:mr><m:mr>${e(m('0'))}${e(m('1'))}</m:mr></m:m>`;
    const body = [sum, root, sine, range, matrix].map((one) => `<w:p><m:oMath>${one}</m:oMath></w:p>`);
    expect(await lines(body.join(''))).toEqual(['∑_(i=1)^n i', '∛x', 'sin t', '[0, 1[', '[1, 0; 0, 1]']);
  });

  it('has the values of its charts', async () => {
    const C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"';
    const A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"';
    const points = (values: string[]) =>
      values.map((value, i) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`).join('');
    const parts = {
      'word/_rels/document.xml.rels': relations([['r7', 'chart', 'charts/chart1.xml']]),
      'word/charts/chart1.xml': `<c:chartSpace ${C} ${A}><c:chart><c:title><c:tx><a:t>Churn</a:t></c:tx></c:title><c:ser><c:tx><c:v>2034</c:v></c:tx><c:cat>${points(['Graz', 'Linz'])}</c:cat><c:val>${points(['4', '9'])}</c:val></c:ser></c:chart></c:chartSpace>`,
    };
    const body = `<w:p>${run('See:')}<w:r><w:drawing><c:chart ${C} xmlns:r="r" r:id="r7"/></w:drawing></w:r></w:p>${paragraph('End')}`;
    expect(await lines(body, LEVELS, parts)).toEqual([
      'See:',
      'Churn',
      '| Category | 2034 |\n| --- | --- |\n| Graz | 4 |\n| Linz | 9 |',
      'End',
    ]);
  });
});
