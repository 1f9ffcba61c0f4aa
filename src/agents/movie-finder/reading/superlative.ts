import type { FilmOrder } from '../../../catalogue/film.js';

const KIND =
  '(?:films?|movies?|flicks?|comed(?:y|ies)|dramas?|thrillers?|westerns?|musicals?|documentar(?:y|ies)|cartoons?|horrors?)';
const ORDERS: readonly [order: FilmOrder, words: string][] = [
  ['oldest', 'oldest|earliest'],
  ['newest', 'newest|latest|most recent'],
  ['longest', 'longest'],
  ['shortest', 'shortest'],
  ['worst', '(?:worst|lowest) rated|worst'],
];
const RULES = ORDERS.map(
  ([order, words]) =>
    [
      order,
      new RegExp(
        `\\b(?:${words})(?= (?:\\p{L}+ ){0,3}?${KIND}\\b)|(?<=\\b${KIND}\\b.*) (?:is|are|was) (?:the |your )?(?:${words})(?= |$)`,
        'u',
      ),
    ] as const,
);
const FIRST_BY: readonly [order: FilmOrder, pattern: RegExp][] = [
  ['oldest', /\b(?:first|debut)(?= (?:film|movie) (?:by|of|from|directed))/],
  ['newest', /\blast(?= (?:film|movie) (?:by|of|from|directed))/],
];

/** Reads "the oldest western", "which Hitchcock film is the newest?", and returns the rest of the folded text. */
export function readSuperlative(text: string): { order: FilmOrder | null; rest: string } {
  for (const [order, pattern] of [...RULES, ...FIRST_BY])
    if (pattern.test(text)) return { order, rest: text.replace(pattern, ' ').replace(/\s+/g, ' ').trim() };
  return { order: null, rest: text };
}
