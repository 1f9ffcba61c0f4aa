import { readNumber } from '../../common/numbers.js';
import type { Filter } from './table-plan.js';

const NUMBER =
  "((?:-?\\d[\\d.,']*\\d|-?\\d)(?: ?(?:k|thousand|tsd\\.?|tausend|mille|mil|millions?|mio\\.?|millionen|mn|millones|milioni|milhoes|billions?|bn|mrd\\.?|milliarden)\\b)?)";
const SCALES: [RegExp, number][] = [
  [/(?:k|thousand|tsd\.?|tausend|mille|mil)$/, 1e3],
  [/(?:millions?|mio\.?|millionen|mn|millones|milioni|milhoes)$/, 1e6],
  [/(?:billions?|bn|mrd\.?|milliarden)$/, 1e9],
];

/** The value of a number in a question: `1,500`, `40k`, `2.5 million`. */
export function numberIn(text: string): number | null {
  const [pattern, scale] = SCALES.find(([words]) => words.test(text)) ?? [/$/, 1];
  const value = readNumber(text.replace(pattern, '').trim().replace(/[.,]$/, ''))?.value;
  return value === undefined ? null : Number((value * scale).toPrecision(12));
}

/** Both ends count. */
export const BETWEEN = new RegExp(
  `\\b(?:between|zwischen|entre|tra|fra|tussen)\\s*[$€£]?${NUMBER}\\s*[€$£%]?\\s*(?:and|und|et|y|e|en)\\s*[$€£]?${NUMBER}`,
);
const MORE = 'than|que|als|di|de|do que|da';
export const COMPARISONS: [Filter['test'], RegExp][] = [
  [
    '>=',
    new RegExp(
      `(?:\\bat least|\\bno (?:less|fewer) than|\\bnot (?:less|under|below)(?: than)?|\\bmindestens|\\bau moins|\\bal menos|\\balmeno|\\bpelo menos|\\bminstens|>=|≥)\\s*[$€£]?${NUMBER}|${NUMBER}\\s*or (?:more|above|over)\\b`,
    ),
  ],
  [
    '<=',
    new RegExp(
      `(?:\\bat most|\\bno more than|\\bnot (?:more than|over|above)|\\bup to|\\bhochstens|\\bmaximal|\\bau plus|\\bcomo maximo|\\bal massimo|\\bno maximo|\\bhoogstens|<=|≤)\\s*[$€£]?${NUMBER}|${NUMBER}\\s*or (?:less|fewer|below|under)\\b`,
    ),
  ],
  [
    '>',
    new RegExp(
      `(?:\\b(?:more|greater|higher|larger|bigger|older|longer|deeper|taller|heavier|faster|wider|warmer|hotter|mehr|hoher|grosser|alter|langer|schwerer|teurer|plus|superieure?s? a|mas|mayor(?:es)?|superior(?:es)? a|piu|maggior[ei]|mais|maior(?:es)?|meer|hoger|groter|ouder)(?: (?:${MORE}))?|\\b(?:over|above|uber|boven|mas de|plus de|exceed(?:s|ing)?)|>)\\s*[$€£]?${NUMBER}`,
    ),
  ],
  [
    '<',
    new RegExp(
      `(?:\\b(?:less|fewer|lower|smaller|younger|shorter|cheaper|shallower|lighter|slower|narrower|colder|cooler|weniger|niedriger|kleiner|junger|kurzer|leichter|billiger|moins|inferieure?s? a|menos|menor(?:es)?|inferior(?:es)? a|meno|minor[ei]|minder|lager|kleiner|jonger)(?: (?:${MORE}))?|\\b(?:under|below|unter|onder)|<)\\s*[$€£]?${NUMBER}`,
    ),
  ],
];

/** Names of columns of what people earn. */
export const EARNED = /salary|wage|income|earning|\bpay|gehalt|lohn|salaire|salario|sueldo|stipendio/;

/** Names of columns of prices. */
export const PRICE_COLUMN =
  /price|cost|fee|amount|preis|kosten|betrag|prix|precio|preco|prezzo|prijs|montant|importe|importo/;

/** Columns that a comparison without the name of one is about. */
export const COMPARED_COLUMNS: [RegExp, RegExp][] = [
  [
    /\b(?:older|younger|aged|alter|junger|ouder|jonger)\b|\byears old|jahre alt|\bans\b/,
    /\bage\b|alter|edad|eta|idade|leeftijd/,
  ],
  [/\b(?:longer|shorter|langer|kurzer)\b/, /length|duration|distance|time|days|hours|minutes|lange|dauer/],
  [/\b(?:deeper|shallower)\b/, /depth|tiefe/],
  [/\b(?:taller)\b/, /height|hohe|grosse/],
  [/\b(?:heavier|lighter)\b/, /weight|mass|kg|gewicht/],
  [/\b(?:cheaper|teurer|billiger|expensive)\b/, PRICE_COLUMN],
  [/\b(?:faster|slower)\b/, /speed|velocity|km h|kmh|mph|pace|tempo|geschwindigkeit/],
  [/\b(?:warmer|hotter|colder|cooler)\b/, /temp/],
];

/** Verbs that say which column a comparison is about, where none is named: "Who earns more than 40,000?" */
export const COMPARED_VERBS: [RegExp, RegExp][] = [
  [/\b(?:costs?|kostet|kosten|coutent?|cuestan?)\b/, PRICE_COLUMN],
  [/\b(?:earn(?:s|ed|ing)?|verdien\w*|gagne\w*|ganan?)\b/, EARNED],
];
