import { load } from 'cheerio/slim';
import { chartOf } from './pptx-frames.js';
import { paragraphs } from './pptx-lines.js';

const xml = (source: string) => load(source, { xml: true });
const point = (place: number, value: string) => `<c:pt idx="${place}"><c:v>${value}</c:v></c:pt>`;
const points = (values: string[]) => values.map((value, i) => point(i, value)).join('');

describe('a chart', () => {
  it('has each value beside its category, also where values are missing, and percentages as shown', () => {
    const series =
      `<c:ser><c:tx><c:v>2034</c:v></c:tx><c:cat>${points(['North', 'South', 'East'])}</c:cat>` +
      `<c:val><c:numCache><c:formatCode>0%</c:formatCode><c:ptCount val="3"/>${point(0, '0.25')}${point(2, '0.07')}</c:numCache></c:val></c:ser>`;
    expect(chartOf(xml(`<c:chart>${series}</c:chart>`)).grid).toEqual([
      ['Category', '2034'],
      ['North', '25%'],
      ['South', ''],
      ['East', '7%'],
    ]);
  });

  it('has categories of several levels', () => {
    const levels = `<c:lvl>${points(['Q1', 'Q2', 'Q1', 'Q2'])}</c:lvl><c:lvl>${point(0, '2033')}${point(2, '2034')}</c:lvl>`;
    const series = `<c:ser><c:tx><c:v>Units</c:v></c:tx><c:cat>${levels}</c:cat><c:val>${points(['1', '2', '3', '4'])}</c:val></c:ser>`;
    expect(chartOf(xml(`<c:chart>${series}</c:chart>`)).grid).toEqual([
      ['Category', 'Units'],
      ['2033 Q1', '1'],
      ['2033 Q2', '2'],
      ['2034 Q1', '3'],
      ['2034 Q2', '4'],
    ]);
  });
});

describe('the lines of a shape', () => {
  const lines = (body: string) => paragraphs(xml(`<p:txBody>${body}</p:txBody>`), 'p\\:txBody');
  const run = (words: string, format = '') => `<a:r><a:rPr ${format}/><a:t>${words}</a:t></a:r>`;
  const numbered = (words: string, type: string, more = '') =>
    `<a:p><a:pPr${more}><a:buAutoNum type="${type}"/></a:pPr>${run(words)}</a:p>`;

  it('show powers, struck text and equations', () => {
    expect(
      lines(
        `<a:p>${run('10')}${run('6', 'baseline="30000"')}${run(' users of H')}${run('2', 'baseline="-25000"')}${run('O')}</a:p>` +
          `<a:p>${run('40 EUR', 'strike="sngStrike"')}${run(' 55 EUR')}</a:p><a:p><m:oMath><m:r><m:t>F=ma</m:t></m:r></m:oMath></a:p>`,
      ),
    ).toEqual(['10⁶ users of H2O', '~~40 EUR~~ 55 EUR', 'F=ma']);
  });

  it('have their automatic numbers', () => {
    const start =
      '<a:p><a:pPr><a:buAutoNum type="arabicPeriod" startAt="3"/></a:pPr>' + run('third') + '</a:p>';
    expect(
      lines(
        start +
          start.replace('third', 'fourth') +
          numbered('inner', 'alphaLcParenR', ' lvl="1"') +
          start.replace('third', 'fifth') +
          `<a:p>${run('plain')}</a:p>` +
          numbered('one', 'romanUcPeriod') +
          numbered('two', 'romanUcPeriod'),
      ),
    ).toEqual(['3. third', '4. fourth', 'a) inner', '5. fifth', 'plain', 'I. one', 'II. two']);
  });
});
