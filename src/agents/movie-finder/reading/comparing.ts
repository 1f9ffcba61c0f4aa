import type { FilmOrder } from '../../../catalogue/film.js';

/** A question which of some films is the oldest, the best rated, … */
export interface Comparing {
  order: FilmOrder;
  /** As they were named, folded; empty when those on offer are meant. */
  titles: string[];
  /** "Who is older, …?" asks about people, unless all of them are titles. */
  isWho?: boolean;
}

const ADJECTIVES: readonly [order: FilmOrder, words: string][] = [
  [
    'oldest',
    'older|oldest|earlier|earliest|(?:come|came|comes) (?:out )?(?:first|earlier|before)|(?:made|released|out) (?:first|earlier|before)|first',
  ],
  [
    'newest',
    'newer|newest|more recent|most recent|younger|youngest|(?:come|came|comes) (?:out )?(?:last|later|after)|(?:made|released|out) (?:last|later|after)|later|latest',
  ],
  ['longest', '(?:runs? |lasts? )?(?:longer|longest)'],
  ['shortest', '(?:runs? |lasts? )?(?:shorter|shortest)'],
  [
    'best',
    '(?:better|best|higher|highest) (?:imdb )?(?:rated|ratings?|scores?|scored|reviewed)|(?:rated|scores?|scored|reviewed|ranked) (?:the )?(?:better|best|higher|highest)|better|best',
  ],
  [
    'worst',
    '(?:worse|worst|lower|lowest) (?:imdb )?(?:rated|ratings?|scores?|scored|reviewed)|(?:rated|scores?|scored|reviewed|ranked) (?:the )?(?:worse|worst|lower|lowest)|worse|worst',
  ],
];
const ADJECTIVE = `(?:${ADJECTIVES.map(([, words]) => words).join('|')})`;
const BEGINNING = '^(?:(?:and|so|ok|but|tell me|do you know) ,? ?)*';
const WHICH =
  '(?:which|what|who)s?(?: one| film| movie| of (?:these|those|them|all|the (?:two|three|four|five|films|movies)))*';
const IS = '(?:(?:is|was|are|has|had|got|did|does) )?(?:rated |actually |really )?(?:the |an? )?';
const NOUN = '(?: (?:film|movie|one))?';
const END = '(?: of (?:them|these|those|all|the two|the (?:films|movies)))?(?: ,)?(?: ?\\?)*$';

/** "Which is older, Alien or Jaws?" */
const WHICH_OF = new RegExp(
  `${BEGINNING}${WHICH} ${IS}(${ADJECTIVE})${NOUN}(?: ,| between| out of| of)* (.+ (?:or|and) .+?)${END}`,
);
/** "Alien or Jaws, which is older?" */
const OF_THESE = new RegExp(
  `${BEGINNING}(?:between )?(.+ (?:or|and) .+?) ?[,?]* ${WHICH} ${IS}(${ADJECTIVE})${NOUN}${END}`,
);
/** "Is Alien or Jaws older?" */
const IS_EITHER = new RegExp(
  `${BEGINNING}(?:is|was|did|does) (.+ or .+?) (?:the )?(?:rated )?(${ADJECTIVE})${NOUN}${END}`,
);
/** "Is Alien older than Jaws?" */
const THAN = new RegExp(
  `${BEGINNING}(?:is|was|did|does|has|isnt|wasnt) (.+?) (?:an? |the )?(?:rated |made |released |come out )?(?:much |a lot |really )?(${ADJECTIVE})${NOUN}(?: than|(?<=before|after)) (.+?)${END}`,
);
/** "And older than Jaws?" of the film that is talked about. */
const ELLIPTIC = new RegExp(`${BEGINNING}(?:is it |was it )?(${ADJECTIVE}) than (.+?) ?\\?$`);
/** "Which of them is the oldest?" */
const AMONG = new RegExp(`${BEGINNING}${WHICH} ${IS}(${ADJECTIVE})(?: one)?${END}`);
/** What is asked for, not compared. */
const NO_TITLE =
  /^(?:my|most|other|with|for (?:an? (?!few)|my|me|us|kids|children|the)|i (?:was|am|thought|expected)|there|something|anything|any|an?|some|one|the (?:first|second|third|others?|book|novel|original|remake|sequel|rest|average)|(?:18|19|20)\d\d|\d0s|\w+ (?:hours?|minutes?))(?: |$)/;

/** The same, when nothing else is said. */
const NO_WHOLE_TITLE =
  /^(?:\d{1,2}(?: ?[.,]? ?\d)?(?: (?:stars?|points?|percent|out of .+))?|me|i|he|she|usual|average|normal|christmas|(?:the )?(?:war|rating|score|show|books?)|(?:films?|movies?|shows?)|(?:an? )?(?:action|adventure|animation|cartoon|comed(?:y|ies)|crime|documentar(?:y|ies)|dramas?|fantasy|horrors?|musicals?|mystery|romances?|sci fi|science fiction|thrillers?|war|westerns?)(?: (?:films?|movies?))?)$/;
const MOST_COMPARED = 6;
const LONGEST_TITLE = 100;
/** A longer message is no such question. */
const LONGEST_QUESTION = 600;

/**
 * Reads a question that compares films; null for any other.
 * @param text the message, folded
 */
export function readComparing(text: string, message: string): Comparing | null {
  if (text.length > LONGEST_QUESTION) return null;
  const found = comparingIn(text.replace(/\b(before|after) or (?:before|after)\b/, '$1'));
  return (
    found && {
      ...found,
      ...(/\bwhos?\b/.test(text) && { isWho: true }),
      titles: found.titles.map((title) => asWritten(title, message)),
    }
  );
}

/** The title with the capitals of the message. */
function asWritten(title: string, message: string): string {
  const start = message.toLowerCase().indexOf(title);
  return start < 0 ? title : message.slice(start, start + title.length);
}

function comparingIn(text: string): Comparing | null {
  const either = WHICH_OF.exec(text);
  if (either) return comparing(either[1], titlesOf(either[2]));
  const these = OF_THESE.exec(text);
  if (these) return comparing(these[2], titlesOf(these[1]));
  const is = IS_EITHER.exec(text);
  if (is) return comparing(is[2], titlesOf(is[1]));
  const than = THAN.exec(text);
  if (than) return comparing(than[2], [than[1] ?? '', than[3] ?? '']);
  const elliptic = ELLIPTIC.exec(text);
  if (elliptic) return comparing(elliptic[1], ['it', elliptic[2] ?? '']);
  const among = AMONG.exec(text);
  return among ? comparing(among[1], []) : null;
}

function comparing(adjective = '', titles: readonly string[]): Comparing | null {
  const order = ADJECTIVES.find(([, words]) => new RegExp(`^(?:${words})$`).test(adjective))?.[0];
  const named = titles.map((title) =>
    title.replace(/^[, ]+|[,? ]+$/g, '').replace(/^(?:the )?(?:film|movie) (?=\S)/, ''),
  );
  const isNamed = named.every(
    (title) =>
      title !== '' && title.length <= LONGEST_TITLE && !NO_TITLE.test(title) && !NO_WHOLE_TITLE.test(title),
  );
  if (named.length > MOST_COMPARED) return null;
  return order && isNamed ? { order, titles: named } : null;
}

/** "alien or jaws", "between alien and jaws". Commas may belong to a title. */
function titlesOf(said = ''): string[] {
  if (said.includes(' or ')) return said.split(' or ');
  const last = said.lastIndexOf(' and ');
  return [said.slice(0, last), said.slice(last + 5)];
}
