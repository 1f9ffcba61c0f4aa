import { sentencesOf } from './sentences.js';

describe('sentencesOf', () => {
  it.each([
    [['Dr. Smith signs. ', 'No. 5 is out.']],
    [['Anmeldung bis zum 1. September, ab dem 15. Okt. geht nichts mehr.']],
    [['Im 2. Stock, z. B. in Raum 4. ', 'Das Büro ist zu.']],
    [['Frist: 3. Werktag des Monats. ', 'Danach gilt § 5 Abs. 2.']],
    [['The score was 12. ', 'Then it rained.']],
    [['Is it? ', 'No. ', 'Then see No. 5.']],
    [['Use C++ or .NET for it. ', 'The rest is old.']],
    [['Ask J. Doe. ', 'Is he in? ', 'Yes!']],
  ])('%j', (expected) => {
    const text = expected.join('');
    const found = [...sentencesOf(text)];
    expect(found.map(({ segment }) => segment)).toEqual(expected);
    for (const { segment, index } of found) expect(text.slice(index, index + segment.length)).toBe(segment);
  });

  it('has none in an empty text', () => {
    expect([...sentencesOf('')]).toEqual([]);
  });
});
