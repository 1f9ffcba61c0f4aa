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
/** What else may be the oldest of a film. */
const OTHERS = '(?:in|of|parts?|scenes?|act(?:ors?|ress(?:es)?)|characters?|person|people|m[ae]n|wom[ae]n)';
const RULES = ORDERS.map(
  ([order, words]) =>
    [
      order,
      new RegExp(
        `\\b(?:${words})(?= (?:(?!${OTHERS} )\\p{L}+ ){0,3}?${KIND}\\b)| (?:is|are|was) (?:the |your )?(?:${words})(?= |$)(?<=\\b${KIND}\\b.*)`,
        'u',
      ),
    ] as const,
);
const FIRST_BY: readonly [order: FilmOrder, pattern: RegExp][] = [
  ['oldest', /\b(?:first|debut)(?= (?:film|movie) (?:by|of|from|directed))/],
  ['newest', /\blast(?= (?:film|movie) (?:by|of|from|directed))/],
];

/** "That is the worst film ever", "is it his latest film?", "not the latest films": said of one film, or not wanted. */
const ALL_ORDERS = ORDERS.map(([, words]) => words).join('|');
const SAID_OF_ONE = new RegExp(
  `\\b(?:(?:this|that|it)(?: is|s| was)|(?:is|was) (?:it|this|that))(?: \\p{L}+){0,3} (?:${ALL_ORDERS})\\b|\\b(?:not|no)(?: (?:the|your|any|of|one))* (?:${ALL_ORDERS})\\b`,
  'u',
);

/** Reads "the oldest western", "which Hitchcock film is the newest?", and returns the rest of the folded text. */
export function readSuperlative(text: string): { order: FilmOrder | null; rest: string } {
  if (SAID_OF_ONE.test(text)) return { order: null, rest: text };
  for (const [order, pattern] of [...RULES, ...FIRST_BY])
    if (pattern.test(text)) return { order, rest: text.replace(pattern, ' ').replace(/\s+/g, ' ').trim() };
  return { order: null, rest: text };
}
