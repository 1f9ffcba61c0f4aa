import { readQuery } from './search-query.js';
import { snippetOf } from './snippet.js';

const snippet = (content: string, query: string) => snippetOf(content, readQuery(query)!.words);
/** The text with its marks in brackets. */
function marked(content: string, query: string): string {
  const { text, marks } = snippet(content, query);
  return marks.toReversed().reduce((shown, [start, end]) => {
    return `${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`;
  }, text);
}
const FILLER = 'and so on, as before, '.repeat(40);

describe('a snippet', () => {
  it.each([
    ['Thirty days of leave a year.', 'LEAVE days', 'Thirty [days] of [leave] a year.'],
    ['Die Größe\nist egal', 'grosse', 'Die [Größe] ist egal'],
    ['これは黒猫です', '黒猫', 'これは[黒猫]です'],
    ['😀😀 leave', 'leave', '😀😀 [leave]'],
    ['  leave', 'leave', '  [leave]'],
  ])('of "%s"', (content, query, shown) => {
    expect(marked(content, query)).toBe(shown);
  });

  it('shows the text around the first match, cut at words', () => {
    const shown = marked(`${FILLER}the leave of 30 days ${FILLER}`, 'leave');
    expect(shown).toMatch(/^…[a-z]+ .*the \[leave\] of 30 days and so.*[a-z]…$/);
    expect(shown.length).toBeLessThan(280);
  });

  it('shows the beginning when none of the words is there', () => {
    const { text, marks } = snippetOf(FILLER, new Set(['elsewhere']));
    expect(marks).toEqual([]);
    expect(text).toMatch(/^and so on.*…$/);
    expect(text.length).toBeLessThan(260);
    expect(snippetOf('?!', new Set())).toEqual({ text: '?!', marks: [] });
  });

  it('does not cut the match, however long', () => {
    const long = 'a'.repeat(1_000);
    expect(snippet(`${FILLER}${long} ${FILLER}`, long).marks).toHaveLength(1);
  });
});
