/** Four digits at least, which are no decimal and no date. */
export const PHONE =
  /(?<![\p{L}\p{Nd}.,-])(?!\p{Nd}+\.\p{Nd}{1,2}(?![\p{Nd}.])|\p{Nd}{1,2}\.\p{Nd}{1,2}\.\p{Nd}{2,4}(?!\p{Nd})|\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}(?!\p{Nd}))(?=(?:\P{L}{0,2}\p{Nd}){4})(?:[+(] ?)?\p{Nd}[\p{Nd} ()/.-]{2,}\p{Nd}(?![.,]?\p{Nd})/u;
const DIGITS = /\p{Nd}{2}/u;
const AMOUNT =
  /(?:\p{Sc}|\b(?:EUR|USD|GBP|CHF)) ?\p{Nd}|\p{Nd} ?(?:\p{Sc}|(?:EUR|USD|GBP|CHF|JPY|PLN|SEK|NOK|DKK|euros?|dollars?|pounds?|francs?|Franken|cents?|zł|kr)(?!\p{L}))/iu;
const DATE =
  /(?<!\p{Nd})\p{Nd}{1,2}(?:\.|st|nd|rd|th)? +(?:de +)?\p{L}{3,}|(?<!\p{L})\p{Lu}\p{L}{2,} \p{Nd}{1,2}(?!\p{Nd})|\p{Nd}{1,4}[-./]\p{Nd}{1,2}[-./]\p{Nd}{1,4}|(?<!\p{Nd})(?:19|20)\p{Nd}{2}(?!\p{Nd})/u;
const MAIL = /[^\s@]@[^\s@]+\.\p{L}/u;
const LINK = /https?:\/\/|www\./i;

/** Words that name the kind of answer, by language, and the patterns of a text with such an answer. */
const KINDS: [words: RegExp, holds: RegExp][] = [
  [/^(?:numbers?|\p{L}*nummer|num[ée]ro|n[úu]mero)$/iu, DIGITS],
  [/^(?:phone|telephone|telefon|telefonnummer|t[ée]l[ée]phone|tel[ée]fono|telefone)$/iu, PHONE],
  [
    /^(?:price|cost|costs|fee|amount|kostet?|koste[nt]|co[ûu]te(?:nt)?|cuestan?|cost[ao]n?o?|cust[ao]m?|expensive|teuer|preis|kosten|geb(?:ü|ue)hr|betrag|prix|co[ûu]t|tarif|montant|precio|coste|importe|prezzo|costo|importo|pre[çc]o|custo|prijs|bedrag)s?$/iu,
    AMOUNT,
  ],
  [/^(?:dates?|datum|fechas?|data|deadline|frist)$/iu, DATE],
  [/^(?:e-?mails?|e-?mail-?adresse|mailadresse|courriel|correo)$/iu, MAIL],
  [/^(?:website|homepage|url|link|webseite|site)$/iu, LINK],
];

/**
 * Whether a word of a question only names the kind of answer, and a text holds such an answer without the word: a text
 * with digits has a "number".
 */
export const namesKindIn = (word: string, text: string): boolean =>
  KINDS.some(([words, holds]) => words.test(word) && holds.test(text));
