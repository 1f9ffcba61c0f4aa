import { withoutEncodedData } from './encoded-data.js';

describe('encoded data', () => {
  const lines = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz\n'.repeat(12);

  it.each([
    ['a word in the next line', 'After that 5 EUR.'],
    ['a word alone', 'Regards'],
    ['the shorter last line', 'QUJD12==\nRegards'],
  ])('in lines ends before %s', (_, after) => {
    expect(withoutEncodedData(`Before.\n${lines}${after}`).text.replace('QUJD12==', '')).toBe(
      `Before.\n…${after.replace('QUJD12==', '')}`,
    );
  });
});
