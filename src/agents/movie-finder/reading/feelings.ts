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
  /\b(?:my (?:girlfriend|boyfriend|wife|husband|partner) (?:left|dumped) me|my (?:dog|cat|pet|grandma|grandpa|grandmother|grandfather|mum|mom|dad|friend|hamster) (?:just )?died|just broke up|got dumped|lost my job|failed my exam)\b/g,
];
const CHEER =
  /\b(?:(?:to |will |would |can |please |needs? to )?(?:cheer(?:s|ing)? (?:me|us|him|her|them) up|cheering up|brighten (?:up )?(?:me|my|us)(?: day| mood)?(?: up)?|(?:lift|raise|boost|improve)s? (?:me|my|our|us)(?: mood| spirits?| up)?|make(?:s)? (?:me|us) (?:happy|happier|smile|feel better)|feel better|pick me up))\b/g;

/** When and with whom the film is watched is no part of it either. */
const DAY = '(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|evening|night|afternoon|holidays?)';
const OCCASION = new RegExp(
  `\\bfor (?:an? |this |the |my |our |such an? )?(?:(?:rainy|lazy|cold|quiet|cosy|cozy|long|hot|snowy|boring|grey|gray|dark|free) )*${DAY}(?: (?:night|evening|afternoon|in|alone))*(?= (?:please|with|alone)|$| [,?])` +
    `|\\b(?:to watch|for watching|to see) with (?:my|our|the) (?:parents|mum|mom|dad|mother|father|friends|grandparents|grandma|grandpa|girlfriend|boyfriend|wife|husband|partner|in laws|colleagues)(?= (?:please|tonight)|$| [,?])` +
    '|\\b(?:tonight|this evening|this weekend)(?= please|$| [,?])',
  'g',
);

export interface FeelingsReading {
  /** The user is sad or asks to be cheered up: the film should be uplifting. */
  wantsCheering: boolean;
  /** The text without it; what people feel is no wish for a film that feels the same. */
  rest: string;
}

/** Separates words about the user's own mood from words about the film in a folded text. */
export function readFeelings(text: string): FeelingsReading {
  const plain = tidied(text.replace(OCCASION, ' '));
  const left = [...PATTERNS, CHEER].reduce((some, pattern) => some.replace(pattern, ' '), plain);
  return { wantsCheering: left !== plain, rest: left === plain ? plain : tidied(left) };
}

const tidied = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/^[, ]+|[, ]+$/g, '')
    .replace(/(?: ,)+/g, ' ,');
