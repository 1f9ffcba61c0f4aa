const MONTHS =
  'jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]vr(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril|abril|may|mai|mayo|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|août|agosto|sept?(?:ember|embre)?|oct(?:ober|obre)?|okt(?:ober)?|nov(?:ember|embre)?|dec(?:ember)?|dez(?:ember)?|d[ée]cembre';
const DAYS =
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo';
const word = (words: string) => `(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`;

/** Patterns for the kind of answer a question expects, in several languages, and for sentences that contain it. */
const KINDS: [asks: RegExp, holds: RegExp][] = [
  [
    new RegExp(word('when|what (?:time|date|day)|until when|wann|quand|cuándo|quando'), 'iu'),
    new RegExp(
      `${word(`${MONTHS}|${DAYS}|noon|midnight|mittags?|midi`)}|\\b(?:19|20)\\d\\d\\b|\\d{1,2}[:.]\\d{2}|\\b\\d{1,2} ?(?:am|pm|o['’]clock|Uhr|h)\\b|(?:at|by|until|um|bis) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\\b`,
      'iu',
    ),
  ],
  [
    new RegExp(
      word(
        'how much|what does .+ cost|(?:was|wie ?viel) kostet|wie teuer|combien co[uû]te\\p{L}*|cuánto cuesta\\p{L}*|quanto cost\\p{L}*',
      ),
      'iu',
    ),
    /\p{Nd}/u,
  ],
  [
    new RegExp(
      word(
        'how (?:many|long|far|old|high|big|heavy|often)|wie ?viele?|wie (?:lange|hoch|oft|alt|schwer|weit)|combien|cuánt[oa]s?|quant[oiae]',
      ),
      'iu',
    ),
    new RegExp(
      `\\p{Nd}|${word('one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|deux|trois|quatre|cinq|dos|tres|cuatro|cinco')}`,
      'iu',
    ),
  ],
  [
    new RegExp(word('who|whom|whose|wer|wem|wen|wessen|qui|quién(?:es)?|chi|quem'), 'iu'),
    /(?<=[\p{L},;:] )\p{Lu}[\p{L}'’-]+|^\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+/u,
  ],
];

/**
 * @returns a test whether a sentence contains the expected kind of answer (date, amount, name); null if the
 * question expects none of them
 */
export function answerTest(question: string): ((sentence: string) => boolean) | null {
  const holds = KINDS.find(([asks]) => asks.test(question))?.[1];
  return holds ? (sentence) => holds.test(sentence) : null;
}
