import { describeSpan, inSpan, readEra, type Span } from './era.js';
import { fold } from './words.js';

const CASES: [text: string, span: Span | null, rest: string][] = [
  ['80s', { from: 1980, to: 1989 }, ''],
  ["a comedy from the 80's", { from: 1980, to: 1989 }, 'a comedy'],
  ['the nineties', { from: 1990, to: 1999 }, ''],
  ['00s', { from: 2000, to: 2009 }, ''],
  ['2010s drama', { from: 2010, to: 2019 }, 'drama'],
  ['early 90s action', { from: 1990, to: 1994 }, 'action'],
  ['late eighties', { from: 1985, to: 1989 }, ''],
  ['before 1970', { to: 1969 }, ''],
  ['older than the 60s', { to: 1959 }, ''],
  ['after 2010', { from: 2011 }, ''],
  ['newer than the 90s', { from: 2000 }, ''],
  ['since 2010', { from: 2010 }, ''],
  ['between 1990 and 1995', { from: 1990, to: 1995 }, ''],
  ['1995-1990', { from: 1990, to: 1995 }, ''],
  ['around 1994', { from: 1992, to: 1996 }, ''],
  ['heat from 1995', { from: 1995, to: 1995 }, 'heat'],
  ['something recent', { from: 2014 }, 'something'],
  ['last 5 years', { from: 2021 }, ''],
  ['an old film', { to: 1975 }, 'film'],
  ['classic horror', { to: 1989 }, 'horror'],
  ['nothing before 1990', { from: 1990 }, ''],
  ['nothing too old', { from: 1990 }, ''],
  ['the first 5 minutes', null, 'the first 5 minutes'],
  ['12 monkeys', null, '12 monkeys'],
];

describe('readEra', () => {
  it.each(CASES)('%s', (text, span, rest) => {
    expect(readEra(fold(text), 2026)).toMatchObject({ span, not: null, rest });
  });

  it('reads years that are not wanted', () => {
    expect(readEra('not from the 80s', 2026)).toMatchObject({
      span: null,
      not: { from: 1980, to: 1989 },
      rest: 'not',
    });
  });
});

it.each([
  ['a comedy from the 80s', true],
  ['an 80s comedy', true],
  ['a guy relives a day, 90s', true],
  ['a film that came out in 1999', true],
  ['heat 1995', true],
  ['a boy in the fifties meets a robot', false],
  ['it is set in the eighties', false],
  ['she travels back to the fifties in a car', false],
  ['a wizard at an old school', false],
])('"%s" speaks of the release: %s', (text, isRelease) =>
  expect(readEra(fold(text), 2026)).toMatchObject({ isRelease }),
);

it.each([
  [{ from: 1980, to: 1989 }, 'the 1980s'],
  [{ from: 1994, to: 1994 }, '1994'],
  [{ from: 1990, to: 1995 }, '1990 to 1995'],
  [{ from: 2000 }, '2000 or later'],
  [{ to: 1969 }, '1969 or earlier'],
])('describes %j as %s', (span, words) => expect(describeSpan(span)).toBe(words));

it('holds a film of unknown year in no span', () => {
  expect(inSpan(null, { from: 1900 })).toBe(false);
  expect(inSpan(1980, { from: 1980, to: 1980 })).toBe(true);
});
