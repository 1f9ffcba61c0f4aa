import { markQuote } from './mark-quote.js';

const piece = (textContent: string) => ({ textContent, classList: { add: () => {} } });
const marked = (texts: string[], quote: string) =>
  markQuote(texts.map(piece), quote).map(({ textContent }) => textContent);

describe('the quotation on a page of a PDF', () => {
  it('is found across pieces, whatever their spaces and hyphens', () => {
    expect(
      marked(
        ['Handbook', 'Everybody has thir-', 'ty days of ', 'leave.', 'Working hours'],
        'thirty days of leave.',
      ),
    ).toEqual(['Everybody has thir-', 'ty days of ', 'leave.']);
  });

  it('is marked as far as it is on the page', () => {
    const long = 'Everybody has thirty days of leave a year, and some more.';
    expect(
      marked(['Everybody has thirty days of leave a year, and some more. Eve'], `${long} ${long}`),
    ).toHaveLength(1);
  });

  it('is not marked where it is not', () => {
    expect(marked(['Working hours'], 'thirty days')).toEqual([]);
  });
});
