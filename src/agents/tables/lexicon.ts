import { EARNED, PRICE_COLUMN } from './comparisons.js';
import type { TablePlan } from './table-plan.js';

/** The operation that each wording requests; the first that matches the question counts. */
export const MEASURE_WORDS: [TablePlan['measure'], RegExp][] = [
  ['ratio', /\b(?:ratio|verhaltnis|rapport|rapporto|razon|razao|verhouding)\b/],
  ['correlation', /\b(?:correlat(?:ion|es?|ed)|korrel\w+)\b/],
  [
    'change',
    /\b(?:chang(?:e|ed|es)|growth|gr[eo]w|increased?|decreased?|difference|differ|development|veranderung|unterschied)\b/,
  ],
  [
    'share',
    /\b(?:share|percent(?:age)?|proportion|fraction|anteil|prozent|pourcentage|porcentaje|percentuale|porcentagem|percentage)\b/,
  ],
  [
    'columns',
    /\b(?:(?:which|what|list|name|show|how many|number of)\b.*\b(?:columns|fields|headers)|^(?:columns|fields|headers) (?:of|in)\b|spalten|colonnes|columnas|colonne|colunas|kolommen)\b/,
  ],
  [
    'average',
    /\b(?:average|mean|avg|durchschnitt\w*|mittelwert|moyenn\w*|moyens?|promedio|media|medio|medi[ao]s|gemiddelde?|on average)\b/,
  ],
  ['median', /\bmedian\b/],
  [
    'distinct',
    /\b(?:how many (?:different|distinct|unique)|(?:different|distinct|unique)|verschiedene[rn]?|differents?|differentes|distintos?|distintas?|divers[ie]|diferentes|verschillende)\b/,
  ],
  [
    'sum',
    /\b(?:combien|cuanto|quanto)\b(?=(?! (?:de |d['’])).*\b(?:depens|paye|gagn|vers|encaiss|gast|pag|gan|spes|guadagn)\w*)/,
  ],
  [
    'count',
    /\b(?:how many|(?<!\b(?!(?:the|total|an?|overall|average|mean|highest|lowest|largest|smallest|maximum|minimum|exact|whole|and|what|whats|is|by|in|with|me) )[a-z]+ )number of|count|wie vielen?|anzahl|combien|cuant[oa]s|quant[ie]|quant[oa]s|hoeveel)\b/,
  ],
  [
    'sum',
    /\b(?:total|totals|totale?s?|totaux|totaal|sum|summe|somme|suma|somma|soma|som|altogether|overall|combined|in all|how much|wie viel|insgesamt|gesamt\w*)\b/,
  ],
  ['sum', /\bwie hoch\b/],
];

const BEGUN =
  '(?:hired|joined|started|arrived|born|opened|built|registered|ordered|paid|founded|employed|signed|delivered|published|released|added)';
const BEGINNING =
  /date|year|hired|joined|start|arriv|born|birth|open|built|regist|order|paid|found|since|sign|deliver|publish|releas|added|datum|jahr|seit|eintritt/;
const DATED =
  /date|year|born|birth|founded|built|since|start|begin|began|open|launch|joined|datum|jahr|seit|beginn/;
/** Nobody is older for having been hired earlier; a site or an order may be. */
const AGED = new RegExp(
  `^(?!.*(?:start|join|hire|hiring|entry|employ|since|contact|eintritt|seit)).*(?:${DATED.source})`,
);
export const PERSON =
  /\b(?:who|wer|qui|quien|chi|quem|wie|employees?|staff|persons?|people|colleagues?|members?|workers?|players?|mitarbeiter\w*|mitglied\w*)\b/;
const OLDEST_THING = /\boldest\b|\balteste\w*/;
const YOUNGEST_THING = /\byoungest\b|\bjungste\w*/;
/** Superlatives that count only where no person is spoken of. */
export const OF_THINGS: ReadonlySet<RegExp> = new Set([OLDEST_THING, YOUNGEST_THING]);
/** Columns of the stock, in words or as a quantity, and whether the question asks for missing items. */
export const IN_STOCK = /stock|\bavail|inventory|lager|verfugbar|lieferbar|bestand|dispon/;
export const STOCK_WORDS: [RegExp, boolean][] = [
  [
    /\b(?:out of stock|not (?:in stock|available)|unavailable|sold out|nicht (?:auf lager|lieferbar|verfugbar)|ausverkauft|en rupture|agotad[oa]s?)\b/,
    false,
  ],
  [/\b(?:in stock|available|auf lager|lieferbar|verfugbar|en stock)\b/, true],
];

/** Superlatives: whether the highest or the lowest is meant, and of which columns (by a part of their names). */
export const SUPERLATIVES: [RegExp, 'descending' | 'ascending', RegExp | null][] = [
  [
    /\b(?:earn(?:s|ed)? (?:the )?most|(?:best|highest)[- ]paid|verdient am meisten|verdient am besten|gagne le plus|gana mas)\b/,
    'descending',
    EARNED,
  ],
  [
    /\b(?:earn(?:s|ed)? (?:the )?least|(?:worst|lowest)[- ]paid|verdient am wenigsten|gagne le moins|gana menos)\b/,
    'ascending',
    EARNED,
  ],
  [new RegExp(`\\b(?:${BEGUN} first|first ${BEGUN})\\b`), 'ascending', BEGINNING],
  [new RegExp(`\\b(?:${BEGUN} (?:last|most recently)|last ${BEGUN})\\b`), 'descending', BEGINNING],
  [
    /\b(?:cheapest|least expensive|lowest[- ]priced|billigste\w*|gunstigste\w*|(?:le |la |les )?moins cher\w*|mas barat\w*|mais barat\w*|meno car\w*|piu economic\w*|goedkoopste)\b/,
    'ascending',
    PRICE_COLUMN,
  ],
  [
    /\b(?:most expensive|priciest|dearest|teuerste\w*|plus cher\w*|mas car[oa]s?|mais car[oa]s?|piu car[oaie]|duurste)\b/,
    'descending',
    PRICE_COLUMN,
  ],
  [/\bfastest\b|\bquickest\b|\bschnellste\w*/, 'ascending', /time|duration|second|minute|lap|zeit|dauer/],
  [
    /\bfastest\b|\bquickest\b|\bschnellste\w*/,
    'descending',
    /speed|velocity|km h|kmh|mph|pace|tempo|geschwindigkeit/,
  ],
  [/\bslowest\b|\blangsamste\w*/, 'descending', /time|duration|second|minute|lap|zeit|dauer/],
  [/\bslowest\b|\blangsamste\w*/, 'ascending', /speed|velocity|km h|kmh|mph|tempo|geschwindigkeit/],
  [/\boldest\b|\balteste\w*/, 'descending', /\bage\b|alter/],
  [/\boldest\b|\balteste\w*/, 'ascending', AGED],
  [OLDEST_THING, 'ascending', DATED],
  [/\bearliest\b/, 'ascending', DATED],
  [/\byoungest\b|\bjungste\w*/, 'ascending', /\bage\b|alter/],
  [/\byoungest\b|\bjungste\w*/, 'descending', AGED],
  [YOUNGEST_THING, 'descending', DATED],
  [/\bnewest\b|\blatest\b|\bmost recent\b|\bneueste\w*/, 'descending', DATED],
  [/\blongest\b|\blangste\w*/, 'descending', /length|duration|distance|time|days|hours|minutes|lange|dauer/],
  [
    /\bshortest\b|\bkurzeste\w*/,
    'ascending',
    /length|duration|distance|time|days|hours|minutes|height|lange|dauer/,
  ],
  [/\bheaviest\b|\bschwerste\w*/, 'descending', /weight|mass|kg|gewicht/],
  [/\blightest\b|\bleichteste\w*/, 'ascending', /weight|mass|kg|gewicht/],
  [/\btallest\b/, 'descending', /height|hohe/],
  [/\bdeepest\b/, 'descending', /depth|tiefe/],
  [/\b(?:hottest|warmest)\b/, 'descending', /temp/],
  [/\b(?:coldest|coolest)\b/, 'ascending', /temp/],
  [
    /\b(?:highest|largest|most|maximum|max|biggest|greatest|top|best|plus (?:grande?s?|eleve\w*|hauts?)|mas alt[oa]s?|piu alt[oaie]|mais alt[oa]s?|mayor|maggiore?|maior(?:es)?|hoogste|grootste|hochste\w*|grosste\w*|meisten?|maximal\w*)\b/,
    'descending',
    null,
  ],
  [
    /\b(?:lowest|smallest|least|minimum|min|fewest|bottom|worst|plus (?:petite?s?|bas|basses?)|mas baj[oa]s?|piu bass[oaie]|mais baix[oa]s?|menor(?:es)?|laagste|kleinste|niedrigste\w*|kleinste\w*|wenigsten?|minimal\w*)\b/,
    'ascending',
    null,
  ],
];

/** One result for each of the values that it names. */
export const COMPARES = /\b(?:compar\w+|versus|vs|vergleich\w*|compara\w*|confront\w*)\b/;
/** Names of columns whose values are added up where a period is asked for. */
export const ADDED_UP =
  /\b(?:revenues?|sales|turnover|takings|income|earnings|profit|expenses?|spending|costs?|amount|units|quantity|qty|orders|visitors|visits|umsatz|umsatze|einnahmen|ausgaben|kosten|betrag|gewinn|menge|stuck|besucher|ventes|recettes|depenses|montant|ventas|ingresos|gastos|importe|vendite|ricavi|spese|importo|vendas|receitas?|despesas|omzet|kosten|uitgaven)\b/;
export const ROWS = /\b(?:rows?|records?|entries|lines|zeilen|lignes|filas|righe|linhas|rijen)\b/;
/** What a question may call rows, whatever they are. */
export const ROWS_CALLED =
  /^(?:people|persons?|personen|leute|personnes|gens|personas|gente|persone|pessoas|employees?|workers?|staff|colleagues?|mitarbeiter\w*|employes?|empleados?)$/;
const COUNT =
  '\\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|funf|zehn|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|due|tre|quattro|cinque|dois|duas|quatro|twee|drie|vijf';
const EXTREME =
  'highest|lowest|largest|smallest|biggest|cheapest|most|least|oldest|youngest|newest|best|worst|heaviest|longest|shortest|hochst|niedrigst|grosst|kleinst|teuerst|billigst|gunstigst|altest|jungst|meist|wenigst|plus|moins|mas|menos|piu|meno|mais|hoogst|laagst|grootst|duurst|goedkoopst';
/** `top 3`, `three highest`, `trois produits les plus chers`. */
export const TOP = new RegExp(
  `\\b(?:top|first|bottom|best|worst|highest|lowest|largest|smallest)\\s+(${COUNT})\\b|\\b(${COUNT})\\s+(?:\\p{L}+\\s+){0,2}(?=(?:${EXTREME})\\p{L}*)`,
  'u',
);
const COUNTS: Record<string, number> = {
  two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, zwei: 2, drei: 3, vier: 4, funf: 5,
  zehn: 10, deux: 2, trois: 3, quatre: 4, cinq: 5, dos: 2, tres: 3, cuatro: 4, cinco: 5, due: 2, tre: 3, quattro: 4,
  cinque: 5, dois: 2, duas: 2, quatro: 4, twee: 2, drie: 3, vijf: 5,
}; // prettier-ignore

/** How many of the first are asked for: 3 of `top three`; null where the question does not say. */
export function topOf(match: RegExpExecArray | null): number | null {
  const said = match?.[1] ?? match?.[2];
  return said === undefined ? null : (COUNTS[said] ?? Number(said));
}
/** `second highest`: place 2, and so on. */
export const PLACES: [RegExp, number][] = (
  [
    ['second|2nd|zweit', 2],
    ['third|3rd|dritt', 3],
    ['fourth|4th|viert', 4],
    ['fifth|5th|funft', 5],
  ] as const
).map(([words, place]) => [
  new RegExp(
    `\\b(?:${words})(?:[ -](?=(?:most|least|best|worst|\\w{3,}est)\\b)| ?(?=\\w*(?:hochst|grosst|niedrigst|kleinst|meist|teuerst|billigst)e))`,
  ),
  place,
]);
/** Directly before a column it asks for one result each. */
export const PER =
  /\b(?:per|by|for each|for every|in each|of each|each|every|je|pro|nach|pour chaque|par|chaque|por|por cada|cada|per ogni|ogni)\s+(?:the\s+)?$/;
const LEFT_OUT =
  'without|except(?: for)?|excluding|excl\\.?|other than|apart from|besides|but not|leaving out|neither|not|no|ohne|ausser|bis auf|nicht|sans|sauf|hors|excepte|sin|excepto|salvo|senza|eccetto|tranne|sem|exceto|menos|zonder|behalve';
const ARTICLES =
  "(?:(?:the|for|in|of|from|der|die|das|den|dem|le|la|les|l['’]|el|los|las|il|lo|i|gli|o|os|as|de|het)\\s*)?";
/** Directly before a value it leaves that value out, also where others stand between: `without Oslo and Rome`. */
export const WITHOUT = new RegExp(
  `\\b(?:${LEFT_OUT})\\s+${ARTICLES}(?:(?:(?!in\\b|of\\b|for\\b|from\\b|at\\b|by\\b|with\\b|im\\b|von\\b|dans\\b|en\\b)[\\p{L}\\p{N}.'-]+\\s*){1,3}(?:,|\\bor\\b|\\band\\b|\\bnor\\b|\\bund\\b|\\boder\\b|\\bet\\b|\\bou\\b|\\by\\b|\\be\\b|\\bo\\b)\\s*${ARTICLES})*$`,
  'u',
);
/** A question that only changes the one before. */
export const CARRIES_ON =
  /^[¿¡]?(?:and|und|et|y|e|what about|how about|was ist mit|wie ist es mit|et pour|que tal|same for|the same for|now|only|just|then|but|(?:(?:per|by|je|pro|nach|par|por|in|im|for|of|from|fur|von|pour|en|para)(?=\s+(?:\S+\s*){1,3}$)))\b|\b(?:(?:of|among) (?:them|these|those)|davon)\b(?! (?:who|that|which|whose|with|in|from))/;
/** "How many hours is that?" */
export const OF_THAT =
  /\b(?:is|are|was|were|makes?|ist|sind|sont|fait|es|son) (?:that|this|they|those|das|ca|eso)(?: (?:in total|altogether|together|insgesamt|zusammen|en tout|en total))?\W*$/;
/** Words for the rows of the question before: "What is their average?", "How many are there?" */
export const THEIRS =
  /\b(?:their|they|them|deren)\b|^how many (?:are there|are they)\W*$|^wie viele sind (?:das|es)\W*$/;
/** Rows that an earlier question is about, and those that it leaves out. */
export const THEM =
  /\b(?:of|among) (?:them|these|those)\b(?! (?:who|that|which|whose|with|in|from))|\bdavon\b/;
export const OTHERS =
  /\b(?:the )?(?:others?|rest|anderen|ubrigen|les autres|autres|otros|otras|los demas|demas|gli altri|altri|outros|outras)\b/;
/** Directly before what is counted. */
export const COUNTED_BEFORE =
  /\b(?:how many|number of|count(?: of)?|wie vielen?|anzahl(?: der)?|combien(?: de| d['’])?|cuant[oa]s|quant[ie]|quant[oa]s|hoeveel)\s*$/;

/** Question words without a topic. */
export const FILLERS = new Set(
  (
    'a an the this that these those and or but of in on at to for from by with about as into is are was were be been do ' +
    'does did have has had can could will would i you he she it we they me my your his its our their what which who ' +
    'whom whose when where why how there here please tell say know give show find calculate compute get got need ' +
    'list all any some much many each every per than more less most least row rows record records entry entries line ' +
    'lines table tables file files sheet spreadsheet csv xlsx excel data dataset column columns value values number ' +
    'numbers amount one ones them us now only just then same so if not no without except excluding other between ' +
    'compare compared comparison versus vs against over under above below total overall altogether together name names ' +
    'anyone anybody someone somebody everyone everybody there jemand jemandem bei vielen quelqu ' +
    'made make sold sell sells use used come comes came earn earned spend spent cost costs happen happened ' +
    'uses using consume consumes consumed produce produces produced take takes took need needs needed generate generates ' +
    'generated making earns earning sold selling spends spending pay pays paid require requires required ' +
    'let neither nor want like also very really exactly up down out off were year years month months quarter quarters date dates ' +
    'fit fits work works worked working live lives lived living supply supplies supplied belong belongs mein meine meinem meiner aller ich hoch der die das ein eine einen einem einer des den dem und oder von vom zu zum zur im am fur mit bei ist sind war ' +
    'waren hat haben gibt es was wie viel viele welche welcher welches wer wo wann warum nach je pro alle tabelle datei ' +
    'zeile zeilen spalte spalten ohne ausser arbeitet arbeiten geht gehen kostet kosten dabei insgesamt zusammen ' +
    'sans sauf par pour chaque coute coutent travaille au aux en sin excepto por cada para con cuesta cuestan trabaja ' +
    'que quien quienes cuanto quanto et ou avec depense paye gagne ai as avons avez je nous vous habe hast haben wir uns ausgegeben bezahlt gezahlt verdient gekauft verkauft he hemos gastado pagado ganado chez ' +
    'senza per ogni costa sem exceto zonder behalve voor op kost ' +
    'quel quelle quels quelles est sont avec pour qui cual cuales es son tiene tienen quale quali qual quais tem welke welk wat ' +
    'le la les un une des du de d y a t il dans ce cette fichier tableau lignes ligne colonnes colonne el los las hay en este esta ' +
    'archivo tabla filas fila columnas columna lo gli ci sono nel nella questo questa tabella righe riga colonne os as ha ' +
    'no na neste nesta tabela arquivo linhas linha colunas het een er zijn deze dit bestand tabel rijen rij kolommen'
  ).split(' '),
);
