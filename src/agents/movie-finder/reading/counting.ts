const KIND =
  '(?:films|movies|titles|flicks|comedies|dramas|thrillers|westerns|musicals|documentaries|romances|cartoons|animations|horrors|ones)';
/** Behind these words the films are no longer what is counted: "how many songs are in the films". */
const NOT_BETWEEN =
  '(?:in|are|is|was|were|do|does|did|has|have|had|the|this|that|your|these|those|minutes|hours|oscars|awards|times|actors|people|years)';
const COUNTED = new RegExp(
  `\\b(?:how many|(?:the |total )?number of)(?= (?:(?!${NOT_BETWEEN} )[\\p{L}\\p{N}]+ ){0,5}?${KIND}\\b)`,
  'u',
);
const OF_THOSE = /\bhow many (?:of )?(?:them|these|those)\b/;
const ALL =
  /\bhow many(?= (?:(?:do|have) you (?:have|know|got)\b|by \b|with \b|from \b))|\bhow (?:big|large) is (?:your|the) (?:catalogue|catalog|collection|database|library)\b/;
/** What belongs to one story is not a part of the catalogue. */
const OF_A_SERIES = /\b(?:series|franchise|trilogy|saga|sequels?|parts)\b/;

/** What is counted: films of the catalogue or those on offer. */
export type Counted = 'catalogue' | 'offer';

/** Reads a question how many films there are, and returns the rest of the folded text. */
export function readCounting(text: string): { counted: Counted | null; rest: string } {
  if (OF_A_SERIES.test(text)) return { counted: null, rest: text };
  for (const [counted, pattern] of [
    ['offer', OF_THOSE],
    ['catalogue', COUNTED],
    ['catalogue', ALL],
  ] as const)
    if (pattern.test(text)) return { counted, rest: text.replace(pattern, ' ').replace(/\s+/g, ' ').trim() };
  return { counted: null, rest: text };
}
