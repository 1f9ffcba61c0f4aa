import { ageRatingOf, languageOf, runtimeOf, skipReasonOf } from './details.js';

it.each([
  ['142', 142],
  [142, 142],
  ['142.0', 142],
  ['142 min', 142],
  ['2h 22m', 142],
  ['2 hours 22 minutes', 142],
  ['1:58', 118],
  ['PT142M', 142],
  ['0', null],
  ['N/A', null],
  ['long', null],
])('%j runs %j minutes', (value, minutes) => expect(runtimeOf(value)).toBe(minutes));

it.each([
  ['PG-13', 'PG-13'],
  ['R', 'R'],
  ['12+', '12+'],
  ['UA', 'UA'],
  ['8.1', null],
  ['N/A', null],
])('%j is the age rating %j', (value, rating) => expect(ageRatingOf(value)).toBe(rating));

it.each([
  ['ja', 'Japanese'],
  ['en', 'English'],
  [' English', 'English'],
  ['German, English', 'German'],
  ['[{"iso_639_1": "fr", "name": "French"}]', 'French'],
  ['', null],
  ['xx', null],
])('%j is in %j', (value, language) => expect(languageOf(value)).toBe(language));

it.each([
  ['True', null, '2001-01-01', 'adult'],
  ['1', undefined, undefined, 'adult'],
  [true, 'Released', '2001', 'adult'],
  ['0', undefined, '2001', null],
  ['False', 'Rumored', '2001', 'unreleased'],
  ['False', ' Released', '2001-05-01', null],
  [undefined, 'Post Production', '', 'unreleased'],
  [undefined, undefined, '2029-01-01', 'unreleased'],
  [undefined, undefined, '2026-12-31', 'unreleased'],
  [undefined, undefined, '2026-06-01', null],
  [undefined, undefined, '2026', null],
  [undefined, undefined, '03/02/2029 ', 'unreleased'],
])('adult %j, status %j, released %j: %j', (adult, status, released, reason) =>
  expect(skipReasonOf(adult, status, released, '2026-07-01')).toBe(reason),
);
