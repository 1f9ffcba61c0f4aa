/** A sentence of a text with where it begins; together they are the text. */
export interface Sentence {
  segment: string;
  index: number;
}

/** A sentence of a passage, verbatim, with its semantic similarity to a question: 0…1. */
export interface NearSentence {
  text: string;
  nearness: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** Abbreviations, whose point does not end a sentence: initials and titles, and words before a number. */
const ABBREVIATION =
  /(?:^|[\s(„“"'’/])(?:\p{L}|Dr|Mr|Mrs|Ms|Mme|Mlle|Prof|Hr|Fr|Sr|Sra|Srta|Dott|Ing|St|Ste|vs|vgl|bzw|inkl|zzgl|e\.g|i\.e)\.\s+$/u;
const BEFORE_NUMBER =
  /(?:^|[\s(„“"'’/])(?:No|Nr|Núm|Art|Abs|Abb|Ziff|Kap|Bd|Tel|Fig|Sec|pp|pág|max|min|ca|approx)\.\s+$/iu;
/** The point that a name begins with: `.NET`. */
const LEADING_POINT = /(?:^|[\s("'/])\.$/;
const ORDINAL = /(?:^|[\s(–-])\d{1,2}\.\s+$/;
/** Words after an ordinal number with a point, as in „der 1. September“. */
const COUNTED =
  /^(?:Jan|Jän|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|Halbjahr|Semester|Stock|Etage|Obergeschoss|OG|Auflage|Klasse|Woche|Tag|Monat|Jahr|Lebensjahr|Platz|Kapitel|Absatz|Abschnitt|Satz|Werktag|Arbeitstag|Schritt|Stufe|Mahnung|Runde|Bezirk)/;

/** Cuts a text after its sentences; neither after abbreviations nor after the ordinal numbers of German,
 * nor within names such as `.NET`. */
export function* sentencesOf(text: string): Generator<Sentence> {
  let open: Sentence | null = null;
  for (const { segment, index } of segmenter.segment(text)) {
    if (open && isContinued(open.segment, segment)) {
      open.segment += segment;
      continue;
    }
    if (open) yield open;
    open = { segment, index };
  }
  if (open) yield open;
}

function isContinued(before: string, next: string): boolean {
  const end = before.slice(-14);
  return (
    !end.includes('\n') &&
    (ABBREVIATION.test(end) ||
      (LEADING_POINT.test(end) && /^\p{Lu}/u.test(next)) ||
      (BEFORE_NUMBER.test(end) && /^[\d+§]/.test(next)) ||
      (ORDINAL.test(end) && COUNTED.test(next)))
  );
}
