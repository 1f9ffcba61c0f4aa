import { bodySize, headingLevel, linesOfPage, paragraphsOf, type TextRun } from './pdf-lines.js';

const run = (str: string, y: number, height = 10, hasEOL = true): TextRun => ({
  str,
  height,
  transform: [1, 0, 0, 1, 50, y],
  hasEOL,
});

const words = (runs: TextRun[]) => paragraphsOf(linesOfPage(runs)).map(({ text }) => text);

describe('lines of a PDF page', () => {
  it('are joined from runs, without empty ones', () => {
    const lines = linesOfPage([
      run('one ', 700, 10, false),
      run('line', 700),
      run(' ', 690),
      run('last', 680, 12, false),
    ]);
    expect(lines).toEqual([
      { text: 'one line', height: 10, y: 700 },
      { text: 'last', height: 12, y: 680 },
    ]);
  });

  it('have words once that are drawn twice at one place, as bold letters are', () => {
    const at = (str: string, x: number, hasEOL = false) => ({
      ...run(str, 700, 10, hasEOL),
      transform: [1, 0, 0, 1, x, 700],
    });
    expect(words([at('Total 55', 50), at('Total 55', 50.4), at(' ', 95), at('55', 100, true)])).toEqual([
      'Total 55 55',
    ]);
  });

  it('have equal cells of a rotated row, which begin at one place of the page', () => {
    expect(words([run('0', 700, 10, false), run(' ', 680, 10, false), run('0', 650)])).toEqual(['0 0']);
  });

  it('show powers and marks of notes, and no other small letters', () => {
    const small = (str: string, y: number) => run(str, y, 6, false);
    expect(
      words([
        run('10', 700, 10, false),
        small('6', 704),
        run(' cells for 40', 700, 10, false),
        small('1', 704),
        run(' EUR', 700),
      ]),
    ).toEqual(['10⁶ cells for 40¹ EUR']);
    const beside = { ...run('2024', 712, 8), transform: [1, 0, 0, 1, 300, 712] };
    expect(words([run('Report', 700, 24, false), beside])).toEqual(['Report2024']);
    expect(
      words([
        run('The 1', 700, 10, false),
        small('st', 704),
        run(' of H', 700, 10, false),
        small('2', 698),
        run('O', 700),
      ]),
    ).toEqual(['The 1st of H2O']);
  });

  it('keep the hyphens of words that have several', () => {
    expect(words([run('state-of-the-', 700), run('art pumps and bat-', 688), run('teries', 676)])).toEqual([
      'state-of-the-art pumps and batteries',
    ]);
  });

  it('have marks with the letters above or below which they are drawn', () => {
    const at = (str: string, x: number, y: number, width = 5, hasEOL = false) => ({
      ...run(str, y, 10, hasEOL),
      width,
      transform: [1, 0, 0, 1, x, y],
    });
    const above = [at('too.', 10, 694), at('\u064b', 10, 671, 0, true)];
    const line = [at('يوما', 11, 668, 20), at(' ', 35, 668), at('14', 40, 668, 10)];
    expect(words([...above, ...line])).toEqual(['too.', '14 يوما\u064b']);
    const split = [
      at('ي', 50, 700, 10),
      at(' \u0650', 61, 699, 0),
      at(' ', 60, 700, 1e-8),
      at('ف', 60, 700, 6),
    ];
    expect(words(split)).toEqual(['ف\u0650ي']);
  });

  it('make paragraphs by their distance and size', () => {
    const runs = [
      run('Title', 730, 20),
      run('a', 700),
      run('b', 688),
      run('c', 650),
      run('other column', 700),
    ];
    expect(words(runs)).toEqual(['Title', 'a b', 'c', 'other column']);
  });

  it('mend words that were parted, and leave dashes alone', () => {
    expect(words([run('an inter-', 700), run('national', 688)])).toEqual(['an international']);
    expect(words([run('the years 1990-', 700), run('1999 and Anglo-', 688), run('Saxon', 676)])).toEqual([
      'the years 1990- 1999 and Anglo- Saxon',
    ]);
  });

  it('are headings when they are larger than most of the text, and short', () => {
    const body = bodySize(
      linesOfPage([run('T', 700, 24), run('Most of the text', 680), run('is this', 668)]),
    );
    expect(body).toBe(10);
    expect([24, 14, 12, 10].map((height) => headingLevel('T', height, body))).toEqual([1, 2, 3, undefined]);
    expect(headingLevel('long '.repeat(40), 24, body)).toBeUndefined();
    expect(bodySize([])).toBe(0);
  });
});
