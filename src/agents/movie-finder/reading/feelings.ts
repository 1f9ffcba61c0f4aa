/** Words for the user's own mood; in a wish they would describe the film. */
const SELF =
  '(?:i am|im|i feel|im feeling|i am feeling|i felt|feeling|ive been(?: feeling)?|i have been|weve been|we are|were|my (?:girlfriend|boyfriend|wife|husband|mum|mom|dad|friend|kid|son|daughter|partner) is)';
const DEGREE =
  '(?:so|very|really|a bit|a little|kind of|kinda|pretty|quite|rather|just|feeling|totally|too|all) ';
const LOW =
  '(?:sad|down|depressed|lonely|blue|low|unhappy|miserable|heart ?broken|stressed(?: out)?|anxious|upset|gloomy|melancholic|grumpy|angry|burn(?:ed|t) out|in a bad mood|exhausted)';
const PATTERNS = [
  new RegExp(`\\b${SELF} (?:${DEGREE})*${LOW}\\b(?: today| tonight| right now| lately)?`, 'g'),
  /\b(?:i (?:just )?)?(?:had|have had|having|ive had|been having|after|it was|its been|was)? ?(?:a|an|such a|one) (?:really |very |pretty |so |such )?(?:terrible|bad|rough|hard|awful|horrible|shitty|tough|crappy|lousy|stressful|sad|difficult) (?:day|week|month|year|time|breakup|break up|night)\b/g,
  /\b(?:my (?:girlfriend|boyfriend|wife|husband|partner) (?:left|dumped) me|just broke up|got dumped|lost my job|failed my exam)\b/g,
];
const CHEER =
  /\b(?:(?:to |will |would |can |please |needs? to )?(?:cheer(?:s|ing)? (?:me|us|him|her|them) up|cheering up|brighten (?:up )?(?:me|my|us)(?: day| mood)?(?: up)?|(?:lift|raise|boost|improve)s? (?:me|my|our|us)(?: mood| spirits?| up)?|make(?:s)? (?:me|us) (?:happy|happier|smile|feel better)|feel better|pick me up))\b/g;

export interface FeelingsReading {
  /** The user is sad or asks to be cheered up: the film should be uplifting. */
  wantsCheering: boolean;
  /** The text without it; what people feel is no wish for a film that feels the same. */
  rest: string;
}

/** Separates words about the user's own mood from words about the film in a folded text. */
export function readFeelings(text: string): FeelingsReading {
  const left = [...PATTERNS, CHEER].reduce((some, pattern) => some.replace(pattern, ' '), text);
  if (left === text) return { wantsCheering: false, rest: text };
  const rest = left
    .replace(/\s+/g, ' ')
    .replace(/^[, ]+|[, ]+$/g, '')
    .replace(/(?: ,)+/g, ' ,');
  return { wantsCheering: true, rest };
}
