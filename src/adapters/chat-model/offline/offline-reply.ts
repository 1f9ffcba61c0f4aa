import type { Json } from '../../../common/json.js';
import type { ChatPrompt, ChatTurn, Passage } from '../chat-model.js';
import { isNameIn } from '../../../search/names.js';
import { presence, toTermSet } from '../../../search/term-match.js';
import { queryTerms } from '../../../search/terms.js';
import { answerTest } from './answer-kind.js';
import { choose, rank, type RankedUnit } from './extract.js';
import { withContext } from './quote-context.js';
import { toUnits, withNearness, type Unit } from './units.js';
import { describeItself } from './about.js';
import { recallFact, recallTurn } from './recall.js';

/** The share of a question that an answer must cover. */
const SURE = { passages: 0.35, meaning: 0.5, context: 0.5 };
/** Kinds of answers that are recognised by their form. */
const ASKS_EXACTLY =
  /(?<!\p{L})(?:(?:which|what) (?:date|day)|wann|quand|cuándo|(?:tele)?phone number|\p{L}*telefonnummer|e-?mail)(?!\p{L})|^\P{L}*when(?!\p{L})/iu;
/** A quote that holds the date, amount or name that is asked for and so much of the question is no uncertain one. */
const SURE_OF_KIND = 0.6;
/** A quote without a word of the question that no passage has is uncertain below this coverage and similarity. */
const UNSURE_BELOW = { words: 0.55, meaning: 0.3 };
/** A document holds a name that is there, misspelt or in a compound. */
const HELD = 0.5;
const MAX_CONTEXT_FACTS = 50;
const MAX_FACT_CHARS = 300;

const UNCONFIGURED = 'No language model is configured';
const NOTICE =
  `${UNCONFIGURED}, so I can only quote what I am given: documents, data and this conversation. ` +
  'For full answers set OPENAI_API_KEY, or OPENAI_BASE_URL for another compatible server, and start again.';

const GREETING =
  /^[\s¡]*(?:hi|hiya|hello|hey|greetings|good (?:morning|afternoon|evening|day)|hallo|bonjour|hola|ciao|moin|servus)(?:\s+(?:there|again|everyone|all|parley))?[\s!?.,…:)👋]*$/iu;
const THANKS = /^\s*(?:many thanks|thanks|thank you|thx|cheers)(?:\s+(?:a lot|so much|very much))?[\s!.]*$/i;

const ASKS_BACK = 'I do not know what that refers to: please ask in a whole sentence.';
/** Matches a bare yes or no, which answers no question of this model. */
const CONSENT =
  /^\s*(?:yes|yeah|yep|yup|no|nope|ok|okay|sure|right|exactly|all right|alright|of course|fine|ja|jawohl|nein|genau|klar|gerne?|in ordnung|oui|ouais|non|d['’]accord|bien s[ûu]r|voil[àa]|s[ií]|claro|vale|de acuerdo|por supuesto|sim|não|certo|va bene|d['’]accordo|nee|prima|nej|nei|tak|nie|да|нет|хорошо|はい|いいえ|そうです|好的?|是的?|不是?|네|아니요|evet|hayır)(?:[\s,]+(?:please|thanks|thank you|bitte|gerne?|danke|merci|gracias|obrigad[oa]|grazie|s['’]il (?:vous|te) pla[îi]t|por favor|per favore|graag))?[\s!.。]*$/iu;

/**
 * The offline model's answer: the draft if there is one; else quotes from the conversation, the passages or the
 * context; else a statement that no answer was found.
 */
export function composeReply(prompt: ChatPrompt): string {
  const { draft, message, passages = [], context } = prompt;
  const history = withEarlier(prompt);
  if (draft) return draft;
  if (GREETING.test(message)) return withNotice('Hello!', history, 'What would you like to know?');
  if (THANKS.test(message)) return 'You are welcome.';

  const aboutMe = describeItself(message);
  if (aboutMe) return aboutMe;
  if (CONSENT.test(message)) return withNotice(ASKS_BACK, history);

  const units = passages.flatMap(unitsOf);
  const asked = { ...prompt, message: questionOf(message, history) };
  const ranked = rank(asked.message, units);
  const covers = ranked.some(
    ({ coverage, nearness = 0 }) => coverage >= SURE.passages || nearness >= SURE.meaning,
  );
  return (
    recallTurn(message, history, prompt.earlier === undefined) ??
    (covers ? citeAsUncertain(withContext(choose(ranked), units, asked.message), asked, ranked[0]) : null) ??
    quoteContext(message, context) ??
    recallFact(message, history) ??
    citeNearest(ranked[0], units, asked) ??
    withNotice('I found nothing that answers this.', history)
  );
}

/** A question without a word of its own, such as "From where?", goes on from the one before it. */
function questionOf(message: string, history: readonly ChatTurn[]): string {
  const before = history.findLast(({ role }) => role === 'user')?.content;
  return before && queryTerms(message).length === 0 ? `${message} ${before}` : message;
}

/** The sentences of a passage, with their similarity and relevance scores. */
const unitsOf = ({ text, title, heading = '', near = [], score }: Passage, source: number): Unit[] =>
  withNearness(toUnits(text, `${title} ${heading}`, source), near).map((unit) => ({
    ...unit,
    relevance: score,
  }));

/** The texts of the conversation. */
const withEarlier = ({ earlier = [], history }: ChatPrompt): ChatTurn[] => [
  ...earlier.map((content): ChatTurn => ({ role: 'user', content })),
  ...history,
];

/** States once per conversation that no model is configured; afterwards in the short form. */
function withNotice(reply: string, history: readonly ChatTurn[], otherwise = ''): string {
  const said = history.some(({ role, content }) => role === 'assistant' && content.includes(UNCONFIGURED));
  return `${reply} ${said ? otherwise : NOTICE}`.trim();
}

/** Formats quotes by source: its title, the sentences, and the number of the passage. */
function cite(units: readonly Unit[], passages: readonly Passage[]): string {
  const sources = [...new Set(units.map(({ source }) => source))];
  return sources
    .map((source) => {
      const quotes = units.filter((unit) => unit.source === source).map(({ text }) => `“${text}”`);
      return `In ${passages[source]!.title}: ${quotes.join(' ')} [${source + 1}]`;
    })
    .join('\n\n');
}

const UNSURE = 'I am not sure that this answers it. ';

/**
 * Begins with warnings about the quotes: that all are weak, or that they may be about another code, number or
 * name.
 * @param best the quote that answers best; null when none is known to answer
 */
function citeAsUncertain(
  units: readonly (Unit & Partial<RankedUnit>)[],
  { message, passages = [], notFound = [] }: ChatPrompt,
  best: RankedUnit | null = null,
) {
  const lacking = notFound.length
    ? `${notFound.map((word) => `“${word}”`).join(', ')} ${notFound.length === 1 ? 'stands' : 'stand'} nowhere in what ` +
      'I found, so this may be about something else. '
    : '';
  const isWeak = best === null || !isSure(units, message, passages);
  return lacking + (isWeak && !lacking ? UNSURE : '') + cite(units, passages);
}

/** Whether the first quote is likely to answer. */
function isSure(
  units: readonly (Unit & Partial<RankedUnit>)[],
  message: string,
  passages: readonly Passage[],
): boolean {
  const [{ source, coverage = 0, assured = 0, nearness = 0, isOnFocus, isMissingWords }] = units as [
    RankedUnit,
  ];
  if (isMissingWords && assured < UNSURE_BELOW.words && nearness < UNSURE_BELOW.meaning) return false;
  if (isOnFocus === false || lacksNameOf(source, message, passages)) return false;
  const holdsAnswer = answerTest(message);
  const isHeld = units.some(({ text }) => holdsAnswer?.(text) === true);
  if (holdsAnswer && !isHeld && ASKS_EXACTLY.test(message)) return false;
  return (isHeld && coverage >= SURE_OF_KIND) || !passages[source]!.isWeak;
}

/** Whether a passage is of a document without a name of the question: it may be about somebody or something else. */
function lacksNameOf(source: number, message: string, passages: readonly Passage[]): boolean {
  const names = queryTerms(message).filter(({ surface }) => isNameIn(message, surface));
  if (names.length === 0) return false;
  const { title } = passages[source]!;
  const own = passages.filter((passage) => passage.title === title);
  const set = toTermSet([title, ...own.flatMap(({ heading = '', text }) => [heading, text])].join('\n'));
  return names.some((name) => presence(name, set) < HELD);
}

/**
 * Semantically similar passages may share no word with the question: the most similar one is shown rather than
 * nothing.
 */
function citeNearest(best: RankedUnit | undefined, units: readonly Unit[], prompt: ChatPrompt) {
  const nearest = best ? withContext([best], units, prompt.message) : units.slice(0, 1);
  return nearest.length > 0 ? citeAsUncertain(nearest, prompt) : null;
}

function quoteContext(message: string, context: Json | undefined): string | null {
  if (context === undefined) return null;
  const facts = flatten(context);
  const asked = /\bcontext\b/i.test(message)
    ? facts
    : choose(rank(message, facts).filter(({ coverage }) => coverage >= SURE.context));
  if (!asked.length) return null;
  return `The data sent with your message says: ${asked.map(({ text }) => text).join('; ')}.`;
}

/** Each value with its path, as in `user name: Ada`. */
function flatten(value: Json, path = ''): Unit[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .slice(0, MAX_CONTEXT_FACTS)
      .flatMap(([key, item]) => flatten(item, `${path} ${key}`.trim()))
      .slice(0, MAX_CONTEXT_FACTS);
  const text = path ? `${path}: ${String(value)}` : String(value);
  return [{ text: text.slice(0, MAX_FACT_CHARS).toWellFormed(), about: '', source: 0 }];
}
