/** What a question about a film is about. The second half is not in the catalogue. */
export type KnownTopic =
  | 'director'
  | 'cast'
  | 'role'
  | 'year'
  | 'genre'
  | 'rating'
  | 'plot'
  | 'mood'
  | 'imdb'
  | 'title'
  | 'themes'
  | 'poster'
  | 'source'
  | 'audience'
  /** Known of imported films. */
  | 'runtime'
  | 'language';
export type UnknownTopic =
  | 'budget'
  | 'box office'
  | 'awards'
  | 'streaming'
  | 'ending'
  | 'soundtrack'
  | 'sequels'
  | 'location'
  | 'writer'
  | 'trailer'
  | 'crew';
export type Topic = KnownTopic | UnknownTopic;

/** Over folded text, the more special before the more general. */
const PATTERNS: readonly [topic: Topic, pattern: RegExp][] = [
  [
    'runtime',
    /\b(?:how long|run ?time|running time|duration|length|how many (?:minutes|hours)|minutes long|hours long)\b/,
  ],
  [
    'box office',
    /\b(?:box office|gross(?:ed)?|earn(?:ed|ings)?|how much (?:money )?did it make|make (?:any |much )?money|profit)\b/,
  ],
  ['budget', /\b(?:budget|how much did it cost|cost to make|expensive)\b/],
  ['awards', /\b(?:awards?|oscars?|academy|won|win|wins|nominat\w+|golden globes?|palme|baftas?|prizes?)\b/],
  [
    'streaming',
    /\bwhere (?:can|could|do|to|is it|should)(?: i| we| you)?\b(?! (?:set|filmed|shot))(?=.*\b(?:watch|see|stream|buy|rent|find|get|available|showing|playing)\b)|\b(?:netflix|hulu|disney plus|amazon|prime video|hbo|apple tv|stream(?:ing|s|ed)?|dvd|blu ?ray|in cinemas|download)\b/,
  ],
  [
    'ending',
    /\b(?:endings?|how does it end|how it ends|does it end|ends?|spoilers?|who dies|die|dies|survives?|the twist|the killer|who did it|who wins|at the end)\b/,
  ],
  [
    'soundtrack',
    /\b(?:soundtrack|score by|composer|composed|theme song|songs?|who (?:wrote|made|did) the music)\b/,
  ],
  [
    'sequels',
    /\b(?:sequels?|prequels?|part (?:two|ii|2|three|3)|franchise|remakes?|remade|trilogy|how many films)\b/,
  ],
  ['trailer', /\btrailers?\b/],
  [
    'location',
    /\bwhere (?:was|is|were) (?:it|this|that|the film|the movie) (?:shot|filmed|made)\b|\bfilming locations?\b|\bfilmed\b/,
  ],
  [
    'source',
    /\b(?:based on|true story|real (?:story|events)|adapted|adaptation|from a (?:book|novel)|is it true|a (?:book|novel))\b/,
  ],
  ['writer', /\b(?:who wrote|wrote|written|writers?|screenplay|screenwriters?|script)\b/],
  [
    'language',
    /\b(?:what language|which language|languages?|subtitles?|subtitled|dubbed|in (?:english|french|spanish|german|italian|japanese|korean))\b/,
  ],
  ['crew', /\b(?:cinematograph\w*|producers?|produced|editor|edited|studio|costumes?|special effects)\b/],
  [
    'audience',
    /\b(?:(?:suitable|appropriate|ok|okay|good|fine|safe|right)? ?for (?:an? |my |our |the |young |small |little )*(?:kids?|children|family|child|daughter|son|\d+ year olds?)|age rating|certificate|rated (?:r|pg)|pg|parental|kid friendly|family friendly)\b/,
  ],
  [
    'imdb',
    /\bimdb (?:id|link|page|url|number)\b|\b(?:link|url|web ?page|tt number)\b|^(?:is (?:it|this) on )?imdb( \?)?$/,
  ],
  [
    'rating',
    /\b(?:ratings?|rated|scores?|imdb|reviews?|how good|(?:is|was) (?:it|this|that)(?: film| movie)? (?:any |a )?good|worth (?:it|watching|seeing|my time)|critics)\b/,
  ],
  ['role', /\bwho (?:plays|played|is playing|portrays|portrayed|voices|voiced|is the voice of)(?! in\b)\b/],
  [
    'director',
    /\b(?:who (?:directed|made|is behind|was behind|did|directs)|(?<!same )directors?|directed|whos it by|who is it by|film ?maker)\b/,
  ],
  [
    'cast',
    /\b(?:cast|actors?|actress(?:es)?|stars?|starred|starring|who (?:is|was|are|were|plays|played|acts|acted|else is) in|whos in|who is it with|lead role)\b/,
  ],
  [
    'year',
    /\b(?:when|what year|which year|year|release(?:d)?(?: date)?|come out|came out|how old|how new|decade)\b/,
  ],
  ['genre', /\b(?:genres?|(?:what|which) (?:kind|type|sort) of|category)\b/],
  ['title', /\b(?:called|(?:original )?title|name of (?:it|the|this|that)|whats its name)\b/],
  ['themes', /\b(?:themes?|keywords?|topics?|motifs?)\b/],
  ['poster', /\b(?:posters?|picture of|cover|image)\b/],
  ['mood', /\b(?:moods?|tone|vibe|feels?|atmosphere|what is it like|whats it like)\b/],
  [
    'plot',
    /\b(?:plot|about|story(?:line)?|synopsis|summary|summar(?:ise|ize)|what happens|happens|premise|describe|tell me more|more (?:info|information|details?)|details?|remind me|(?:where|when) (?:is|was) it set)\b|^(?:more|tell me)$/,
  ],
];

/** The topics of a folded question, one for each of its parts; empty when it is none of these. */
export const readTopics = (text: string): Topic[] => {
  const topics = text
    .split(/ and |[,?]/)
    .map((part) => PATTERNS.find(([, pattern]) => pattern.test(part.trim()))?.[0]);
  return [...new Set(topics.filter((topic) => topic !== undefined))];
};

const QUESTION =
  /^(?:(?:and|so|but|ok|okay|well|hmm|hey|no|yes|thanks|cool|great|nice) ,? ?)*(?:who|whos|what|whats|when|whens|where|wheres|which|why|how|hows|is|isnt|was|are|were|does|did|has|have|had|can|could|tell me|remind me|describe|would|should|give me (?:the|some) (?:plot|details|cast|summary))\b/;
const REQUEST =
  /\b(?:can|could|would|will) you (?:please )?(?:help|find|recommend|suggest|show|give)\b|\b(?:do you have|got any|(?:is there an?|are there any) (?:\w+ ){0,3}(?:films?|movies?|others?)|recommend|suggest|what should i|should i watch|how about|what about)\b|^(?:something|anything|got any(?:thing)?)\b(?!.* about (?:it|this|that)\b)/;

/** True when a folded text is a question rather than a search. */
export const isQuestion = (text: string): boolean =>
  (QUESTION.test(text) || text.endsWith('?')) && !REQUEST.test(text);

/** Removes the question words: the rest may be the name of a film or a person. */
export const withoutAsking = (text: string): string =>
  text
    .replace(QUESTION, ' ')
    .replace(
      /\b(?:directed|made|wrote|in|starred|stars|plays|played|about|come out|came out|released|the (?:plot|cast|director|rating|year|genre|imdb id|runtime|story) of|the actors|actors|is|was|did|does|do|who|cast of|director of|plot of|long|scary|funny|good|film|movie|it|there|the star of)\b/g,
      ' ',
    )
    .replace(/[?,]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
