/** What a message does in a conversation, apart from describing a film. */
export type Intent =
  | 'yes'
  | 'no'
  /** The user knows the films shown: a rejection, however the message begins. */
  | 'seen'
  /** Other films than those shown. */
  | 'other'
  /** More films besides those shown. */
  | 'more'
  | 'restart'
  /** Any film will do. */
  | 'surprise'
  /** The best one. */
  | 'best'
  /** No answer to the question. */
  | 'unsure'
  | 'greeting'
  | 'thanks'
  | 'bye'
  | 'help'
  | 'praise'
  /** What was wanted before counts no longer. */
  | 'replace'
  /** Asks for films. */
  | 'request'
  /** Asks for all films of a kind, whatever else is known. */
  | 'list'
  /** Says which film was meant. */
  | 'correction'
  /** The first of its kind, not the one made after it. */
  | 'original'
  | 'remake';

const THOSE =
  '(?:it|that|this|them|those|these|all|both|every|each|the (?:first|second|third|fourth|fifth|last))';
/** "I have seen it", but neither "have you seen …?" nor "I saw a film in which …". */
const SEEN = [
  `\\b(?<!you )(?:ive|weve|i have|we have|have|already|i|we|i just|i already) (?:already |just |also |both |all )*(?:seen|watched) (?:already |both |all )*(?:of )?${THOSE}\\b`,
  `\\b(?:i|we) (?:already |just )*saw ${THOSE}(?: one| ones| film| movie| of them)*(?= already| last| recently| before| yesterday| twice| once| in| when|$| ,)`,
  `(?:^|, |\\b(?:yes|yeah|no|nope|but|ive|i have|already) )(?:already )?(?:seen|watched) ${THOSE}\\b`,
  '^(?:(?:yes|yeah|no|nope) ,? ?)?(?:already )?(?:seen|watched)(?: (?:already|before))?$',
  '\\b(?:ive|i have|weve) (?:already )?(?:seen|watched)(?: already| before)?$',
  `\\bi (?:already )?know ${THOSE}(?: one| film| movie)*(?: already| too)?$`,
  '\\bi know (?:it|that|this|them) (?:already|too)\\b',
].join('|');
const FILM =
  '(?:one|ones|film|films|movie|movies|suggestions?|options?|recommendations?|idea|ideas|choices?|title|titles)';

/** Over folded text. */
const PATTERNS: readonly [intent: Intent, pattern: RegExp][] = [
  ['seen', new RegExp(SEEN)],
  [
    'yes',
    /^(?:(?:oh|ah|haha|wow|omg|um|well|and) ,? ?)*(?:yes|yeah|yea|yep|yup|ye|ja|sure|correct|exactly|right|indeed|absolutely|definitely|certainly|perfect|bingo|you got it|got it|it is|thats (?:it|the (?:one|film|movie)|right|correct|him|her)|that is (?:it|the one)|this (?:one|is it)|that one|sounds (?:good|great|right|perfect)|ill take (?:it|that)|lets (?:go with|watch|do) (?:it|that|this)|ok|okay|y)(?= |$)/,
  ],
  [
    'no',
    new RegExp(
      `^(?:(?:oh|ah|um|hmm|well|sorry|actually) ,? ?)*(?:no|nope|nah|neither|none|not (?:really|quite|it|that|this|these|those|any|what|the|one)|wrong|incorrect|nothing|thats not|that isnt|this isnt|it isnt|its not|n)(?= |$)(?! (?:idea|preference|clue|matter))|\\b(?:none|neither) of (?:these|those|them)\\b|\\b(?:isnt|not) (?:it|what i|the one i|one of)\\b|\\b(?:i )?(?:dont|didnt) (?:like|want) (?:it|that|this|these|those|them|any)\\b|${SEEN}`,
    ),
  ],
  [
    'other',
    new RegExp(
      `\\b(?:something|anything|someone)(?: \\w+)? (?:else|different)\\b|\\b(?:another|other|different) ${FILM}\\b|\\bother than (?:that|this|these)\\b|^(?:another|others?|next|next one|different)(?: please)?$|^(?:\\w+ ){0,3}another\\b|\\bnew (?:film|movie|one)$`,
    ),
  ],
  [
    'more',
    new RegExp(
      `^(?:(?:show|give|tell) me )?(?:some )?more(?: ${FILM})?(?: please)?(?: \\?)?$|\\bwhat else\\b|\\bany (?:more|others?)\\b|\\bmore ${FILM}\\b|\\banything more\\b`,
    ),
  ],
  [
    'restart',
    /\b(?:start (?:over|again|afresh|fresh|from (?:scratch|the beginning))|new search|reset|from scratch|forget (?:it|that|all that|everything|about it)|never ?mind|begin again)\b/,
  ],
  [
    'surprise',
    /\bsurprise me\b|\b(?:you|u) (?:choose|pick|decide)\b|\bup to you\b|\byour (?:pick|choice|call|favou?rites?)\b|\b(?:im|i am) (?:easy|open)\b|\bfeeling lucky\b|\b(?:dont|do not) (?:care|mind)\b(?! (?:for|about))|^(?:anything|whatever|any|random|something random|all|any of them)(?: (?:is fine|goes|works|will do|really|at all|good|please|is ok))*$|\banything (?:goes|is fine|works|will do|really|good)\b|\brandom (?:film|movie|one|suggestion)\b|\bjust (?:show|give|pick|suggest|recommend)\b/,
  ],
  [
    'best',
    /\b(?:best|greatest)(?: \w+){0,2} (?:ever|of all time)\b|\btop \d+\b|\bmust see\b|\b(?:best|highest|top) rated\b|\b(?:best|greatest) (?:films?|movies?) (?:of|from|in|since|by|with)\b|\bbeste[nr]? filme? (?:von|aus)\b/,
  ],
  [
    'unsure',
    /(?:\bi |^)(?:really )?(?:dont|do not|cant|can not|cannot) (?:really )?(?:know|remember|recall|say|tell|think of)\b|\bno (?:idea|clue|preference)\b|^(?:im )?not (?:really )?sure\b|\b(?:doesnt|does not|dont|no) matter\b|\b(?:idk|dunno|no preference)\b|^(?:either|hmm+|um+|skip|pass|maybe|perhaps|no|nope|none|not really|nothing)(?: (?:one|way|really|particular|in particular|special))*$/,
  ],
  [
    'greeting',
    /^(?:hi|hello|hey|hiya|howdy|greetings|yo|good (?:morning|evening|afternoon|day)|sup|whats up|hola|bonjour|hallo|salut|ciao)(?= |$)/,
  ],
  ['thanks', /\b(?:thanks|thank you|thankyou|thx|cheers|ty|much appreciated|merci|gracias|danke)\b/],
  [
    'bye',
    /\b(?:bye|goodbye|see (?:you|ya)(?: later)?|good ?night|thats all|im done|have a (?:nice|good) (?:day|evening|night|one))\b/,
  ],
  [
    'help',
    /^help(?: me)?$|\bwho are you\b|\bwhat (?:can|do) you (?:do|know)\b|\bwhat are you\b|\bhow (?:does|do) (?:this|it|you) work\b|\bare you (?:a |an )?(?:bot|robot|human|person|real|ai|machine|there)\b|\bhow are you\b|\byour name\b/,
  ],
  [
    'praise',
    /\b(?:i (?:really )?(?:love|loved|like|liked|adore) (?:it|this|that)|(?<!feel )(?:great|good|nice|awesome|amazing|cool|brilliant|excellent|lovely|wonderful|fantastic)(?: (?:film|movie|one|choice|pick|suggestion))?$|well done|good (?:bot|job))/,
  ],
  [
    'replace',
    /\b(?:instead|rather|forget|scratch that|changed my mind|actually|different kind|completely different)\b/,
  ],
  [
    'request',
    /\b(?:looking for|searching for|what (?:should|can) (?:i|we) (?:watch|see)|what to (?:watch|see)|in the mood for|recommend|suggest|find me|find|show me|give me|i(?:d| would)? (?:want|like|fancy|prefer|feel like)|i need|lets (?:watch|see)|want to (?:see|watch)|got any|do you (?:have|know)|how about|what about|any good|(?:is there an?|are there any) (?:\w+ ){0,3}(?:films?|movies?|others?))\b/,
  ],
  [
    'list',
    /\b(?:show|list|give|tell)(?: me| us)? (?:all|every|your)\b|\b(?:do you (?:have|know)|have you got|you got|got|are there) any\b(?! (?:idea|clue|info|information|trivia|details?|sequels?|advice|questions?|news)\b)|^(?:and )?(?:what|which) (?:\p{L}+ ){0,4}(?:films|movies|comedies|dramas|thrillers|westerns|musicals|documentaries|cartoons)\b.*\b(?:do you|have you|are there|you have|you got)\b/u,
  ],
  [
    'correction',
    /\b(?:i (?:mean|meant|was thinking of|am thinking of)|im thinking of|not that one|wrong (?:one|film|movie)|a different (?:one|film|movie)|what about|how about|not this one)\b/,
  ],
  [
    'original',
    /\b(?:not|no|isnt|except) (?:the |a |any )?(?:remakes?|reboots?|new one|sequels?)\b|\bthe original\b/,
  ],
  ['remake', /(?<!not |no |isnt |not the |no the |not a |isnt the )\b(?:the )?(?:remake|reboot)\b/],
];

/** Said only for what it does; the words describe no film. */
const WITHOUT_CONTENT: ReadonlySet<Intent> = new Set<Intent>([
  'other',
  'more',
  'restart',
  'surprise',
  'best',
  'unsure',
  'greeting',
  'thanks',
  'bye',
  'help',
  'praise',
]);

/** Reads what a folded message does (it may do several things at once), and returns the rest of it. */
export function readIntents(text: string): { intents: Set<Intent>; rest: string } {
  const found = PATTERNS.filter(([, pattern]) => pattern.test(text));
  const rest = found
    .filter(([intent]) => WITHOUT_CONTENT.has(intent))
    .reduce((left, [, pattern]) => left.replace(pattern, ' '), text);
  const intents = new Set(found.map(([intent]) => intent));
  if (intents.has('seen')) intents.delete('yes');
  return { intents, rest: rest.replace(/\s+/g, ' ').trim() };
}
