import { PHONE } from '../../../search/kind-words.js';
import { detectLanguage } from '../../../search/languages.js';
import { plainWords } from '../../../search/words.js';

const MONTHS =
  'jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril|abril|may|mai|mayo|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|août|agosto|sept?(?:ember|embre)?|oct(?:ober|obre)?|okt(?:ober)?|nov(?:ember|embre)?|dec(?:ember)?|dez(?:ember)?|d[ée]cembre';
const DAYS =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo';
const word = (words: string) => `(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`;

const isDated = new RegExp(
  `${word(`${MONTHS}|${DAYS}|noon|midnight|mittags?|midi`)}|\\b(?:19|20)\\d\\d\\b|(?<![\\d.,\\p{Sc}])\\d{1,2}(?::\\d{2}|\\.\\d{2}(?=\\.| (?:Uhr|[ap]\\.?m)))|\\b(?:first|last|\\d{1,2}(?:st|nd|rd|th)) (?:working )?day\\b|\\b\\d+ (?:days?|weeks?|months?|Tage|Wochen|Monate) (?:from|after|before|nach|vor)\\b|\\b\\d{1,2} ?(?:am|pm|o['’]clock|Uhr|h)\\b|(?:at|by|until|till|um|bis|(?:from|ab)(?= \\p{L}+(?:\\P{L}*$|[.,;)]| (?:to|until|in|on|am|o['’])))) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\\b`,
  'iu',
);
/** A number, with a unit or without one: "250g", "£12", not the "7B" of an address. */
const AMOUNT =
  /\p{Sc} ?\p{Nd}|\p{Nd} ?(?:\p{Sc}|%|(?:[kmcdµ]?[gmlsWh]|kWh|min|hrs?|[kM]|EUR|USD|GBP|CHF|kr)(?![\p{L}\p{N}]))|(?<![\p{L}\p{N}])\p{Nd}[\p{Nd}.,]*(?![\p{L}\p{N}])|\p{Nd}(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}])/u;
const hasAmount = (sentence: string) => AMOUNT.test(sentence);
/** Measures and times, which cost nothing: "504 Wh", "at 10:15", "in 2026". */
const NO_PRICE = new RegExp(
  `(?<!\\p{Sc} ?)\\p{Nd}[\\p{Nd}.,]*(?: ?(?:[kmcdµ]?[gmlW]|k?Wh|km/h|min(?:utes?|uten)?|hours?|hrs?|days?|weeks?|months?|years?|Stunden?|Tagen?|Wochen|Monaten?|heures?|jours?|°C?|GB|MB|tonn?es?|people)(?![\\p{L}\\p{N}])|:\\p{Nd}{2})|\\p{Nd}{1,2}\\.? (?=(?:${MONTHS})(?!\\p{L}))|\\b(?:19|20)\\d\\d\\b`,
  'giu',
);
const hasPrice = (sentence: string) => hasAmount(sentence.replaceAll(NO_PRICE, ' '));
const DATES = new RegExp(
  `\\d{1,2}\\.? (?:${MONTHS})(?: \\d{4})?|(?:${MONTHS}) \\d{1,2}(?:,? \\d{4})?|\\d{1,4}[-./]\\d{1,2}[-./]\\d{1,4}`,
  'giu',
);
/** Not that of a date. */
const hasNumber = (sentence: string) =>
  hasAmount(sentence.replaceAll(DATES, ' ')) || /\p{L}[-\d]*\d{2,}/u.test(sentence);
const COUNT = new RegExp(
  `\\p{Nd}|${word('one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|deux|trois|quatre|cinq|dos|tres|cuatro|cinco')}`,
  'iu',
);

const OFTEN = new RegExp(
  `${COUNT.source}|${word('once|twice|every|each|(?:half-?)?(?:hour|dai|week|month|quarter|year|annual)ly|einmal|zweimal|jede[nrs]?|(?:stünd|täg|wöchent|monat|vierteljähr|jähr)lich\\p{L}*')}`,
  'iu',
);

/** Whether a text counts something: `94 apprentices`, `Beds: 2`. @param noun as the question has it */
export function isCountOf(noun: string, text: string): boolean {
  const root = noun.slice(0, Math.max(4, noun.length - 2)).replaceAll(/[^\p{L}\p{N}]/gu, '.');
  const near = new RegExp(
    `(?:${COUNT.source})[^.;]{0,30}?${root}|${root}\\p{L}*\\P{L}{1,3}(?:${COUNT.source})`,
    'iu',
  );
  return near.test(text) || (!new RegExp(root, 'iu').test(text) && COUNT.test(text));
}

/** Kinds of questions in a few languages, and the pattern of a sentence that answers each. */
const KINDS: [asks: string, holds: (sentence: string) => boolean][] = [
  [
    'what(?: is|\\u2019s|\\u0027s)(?: \\p{L}+)* (?:tele)?phone number|(?:was|wie) (?:ist|lautet) .*telefonnummer|quel est le (?:numéro de )?téléphone|cuál es el (?:número de )?teléfono|qual è il (?:numero di )?telefono',
    (sentence) => PHONE.test(sentence),
  ],
  [
    '(?:what|which)(?: \\p{L}+)? e-?mail|welche[rsn]? (?:e-?)?mail\\p{L}*|quel(?:le)? (?:adresse )?(?:e-?mail|courriel)|qu[ée] correo|quale e-?mail',
    (sentence) => /[^\s@]@[^\s@]+\.\p{L}/u.test(sentence),
  ],
  [
    'when|(?:what|which) (?:time|date|day)|until when|wann|quand|cuándo|cuando|quando',
    (sentence) => isDated.test(sentence),
  ],
  [
    "how (?:much|expensive) (?:is|are|was|were|does|do|did|would|will)|what (?:does|do|did|would|will) .+ (?:cost|pay|charge|earn)|(?:was|wie ?viel) kostet|wie teuer|combien co[uû]te\\p{L}*|cuánto cuesta\\p{L}*|quanto cost\\p{L}*|(?:wat|hoeveel) kost(?:en)?|what(?: is|\\u2019s|'s) the (?:\\p{L}+ )?(?:price|cost|fee)|quel(?: est)? le prix",
    hasPrice,
  ],
  ['how (?:much|high)|wie hoch', hasAmount],
  [
    '(?:what|which)(?: (?:is|was|are))?(?: (?:the|my|our|your))?(?: \\p{L}+){0,2} number|welche \\p{L}*nummer|quel(?: est le)? numéro|qué número',
    hasNumber,
  ],
  ['how often|wie oft', (sentence) => OFTEN.test(sentence)],
  [
    'how (?:many|long|far|old|big|heavy)|wie ?viele?|wie (?:lange|alt|schwer|weit)|combien|cuánt[oa]s?|quant[oiae]',
    (sentence) => COUNT.test(sentence),
  ],
  ['wer|wem|wen|wessen', (sentence) => namesSomebody(sentence, 'de')],
  ['who|whom|whose|qui|quién(?:es)?|chi|quem', (sentence) => namesSomebody(sentence)],
];
/** Question words that ask for none of these. */
const OTHERS =
  "what|which|how|why|where|was|welche[rsnm]?|wie|warum|wieso|wo|woher|wohin|que|qué|qu['’]\\p{L}+|quoi|quel(?:le)?s?|comment|pourquoi|où|cómo|cuál(?:es)?|dónde|che|cosa|come|dove|perché|como|qual|quais|onde|wat|welke|hoe|waar";
const ASKS = KINDS.map(([asks]) => new RegExp(word(asks), 'iu'));
const ASKS_OTHER = new RegExp(word(OTHERS), 'iu');
/** "When I lose it, what do I do?": a clause of time, not a question. */
const CLAUSE_BEFORE = new RegExp(
  `^\\P{L}*(?:when|quand|cuando|quando)(?!\\p{L})[^?,]+,(?=[^?]*${word(`who|whom|${OTHERS}|qui|quién|chi|quem`)})`,
  'iu',
);

/** Names and numbers. */
const GIVEN = /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}\p{N}'’-]*|\d[\p{L}\p{N}]*)(?![\p{L}\p{N}])/gu;

/** Titles that stand before a person's name. */
const TITLED =
  /(?<!\p{L})(?:Mrs?|Ms|Miss|Sir|Dame|Dr|Prof(?:essor(?:in)?)?|Herrn?|Frau|Mme|Madame|Monsieur|M|Mlle|Sra?|Señora?|Don|Doña|Dott(?:\.ssa)?|Signora?|Sig)\.? +(?:\p{Lu}\.? +)*\p{Lu}[\p{L}'’-]+/u;
const CAPITALS =
  /(?<![\p{L}\p{N}'’-])\p{Lu}(?:[\p{L}'’-]*\p{Ll}[\p{L}'’-]*|\.)(?: +(?:(?:von der|van der|van den|van|de la|de|di|da|du|le|al|bin) +)?\p{Lu}(?:[\p{L}'’-]*\p{Ll}[\p{L}'’-]*|\.))*/gu;
const TIMES = new RegExp(`^(?:${MONTHS}|${DAYS}|Ende|Anfang|Mitte)$`, 'iu');

/**
 * Whether a sentence names a person. One capital inside a sentence does, but in German, where all nouns have one, only
 * two of them together do, or one behind a title.
 * @param expected the language it is in unless its small words show that it is English
 */
function namesSomebody(sentence: string, expected?: 'de'): boolean {
  if (TITLED.test(sentence)) return true;
  const language = detectLanguage(plainWords(sentence));
  const isGerman = language?.code === 'de' || (expected === 'de' && language?.code !== 'en');
  return [...sentence.matchAll(CAPITALS)].some(({ 0: found, index }) => {
    const begins = !/[\p{L}\p{N},;:)] *$/u.test(sentence.slice(0, index));
    const names = found.split(/ +/).filter((name) => /^\p{Lu}/u.test(name) && !TIMES.test(name));
    const isSmall = begins && !!language?.stopWords.has(plainWords(names[0] ?? '')[0] ?? '');
    const count = names.length - Number(isSmall);
    return count >= (begins || isGerman ? 2 : 1);
  });
}

/**
 * The first question word decides: "What do I do when …?" asks for no date.
 * @returns whether a sentence holds the kind of thing the question asks for: a date, an amount, a name; null when it asks for none
 */
export function answerTest(question: string): ((sentence: string) => boolean) | null {
  const asked = question.replace(CLAUSE_BEFORE, '');
  const [first] = ASKS.map((pattern, i) => ({ at: asked.search(pattern), holds: KINDS[i]![1] }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at);
  if (!first) return null;
  const other = asked.search(ASKS_OTHER);
  if (other >= 0 && other < first.at) return null;
  // "Who makes Noravil?" is not answered by the name of Noravil, nor the total of invoice 4471 by its number.
  const given = new Set(question.match(GIVEN));
  return (sentence) =>
    first.holds(
      given.size
        ? sentence.replace(GIVEN, (name) =>
            given.has(name) ? name.toLowerCase().replaceAll(/\d/g, '_') : name,
          )
        : sentence,
    );
}

const ASKS_ROLE =
  /^\P{L}*(?:who|wer|qui|quién|chi|quem|wie)(?: is|['’]s| ist| est| es| è| é| was| war) (?:(?:the|your|our|my|der|die|das|le|la|l['’]|el|il|lo|o|a|de|het) ?)?(\p{L}[\p{L}-]{3,}(?: \p{L}[\p{L}-]+)?)/iu;

/**
 * For "Who is the landlord?", whether a sentence names one: `Ada Brown (landlord)`, `Landlord: Ada Brown`, "the landlord is
 * Ada Brown", not what the landlord does.
 * @returns null for other questions
 */
export function roleTest(question: string): ((sentence: string) => boolean) | null {
  const [, role = ''] = ASKS_ROLE.exec(question) ?? [];
  if (!role) return null;
  const name = `\\p{Lu}[\\p{L}.'’-]+(?: (?:\\p{Ll}{1,3} )?\\p{Lu}[\\p{L}.'’-]+)+`;
  const called = [...role]
    .map((letter) => (/\p{L}/u.test(letter) ? `[${letter.toLowerCase()}${letter.toUpperCase()}]` : '.'))
    .join('');
  const link = `(?:\\P{L}{1,4}|(?:,? (?:is|was|ist|war|est|es|è|é|heißt|called|named)(?: (?:the|our|der|die|el|la|le|il|l['’]))?):? )`;
  const near = new RegExp(
    `${name}\\**${link}(?:the |our |der |die |el |la |le |il )?${called}|${called}\\**${link}\\**${name}`,
    'u',
  );
  return (sentence) => near.test(sentence);
}
