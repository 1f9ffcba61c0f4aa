/** Names of the months, normalised, by language: English and German also in three letters. */
export const MONTHS =
  'january|february|march|april|may|june|july|august|september|october|november|december'.split('|');
const GERMAN = 'januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember'.split(
  '|',
);
const OTHERS = [
  'janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre',
  'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre',
  'gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre',
  'janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro',
  'januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december',
].map((names) => names.split('|'));

/** Every name that a question may use. */
export const MONTH_NAMES: readonly string[] = [
  ...new Set([
    ...[...MONTHS, ...GERMAN].flatMap((name) => [name, name.slice(0, 3)]),
    ...OTHERS.flat(),
    'sept',
  ]),
];

/** @param word normalised @returns 1…12, or 0 */
export function monthOf(word: string): number {
  if (word === 'sept') return 9;
  for (const names of [MONTHS, GERMAN]) {
    const at = names.findIndex((name) => name === word || (word.length === 3 && name.startsWith(word)));
    if (at >= 0) return at + 1;
  }
  return OTHERS.map((names) => names.indexOf(word) + 1).find((month) => month > 0) ?? 0;
}

/** The month of a cell, where names are shortened in many ways: `févr.`, `dic`. @returns 1…12, or 0 */
export function monthOfCell(word: string): number {
  const named = monthOf(word);
  if (named > 0 || word.length < 3) return named;
  const months = OTHERS.flatMap((names) => names.flatMap((name, i) => (name.startsWith(word) ? i + 1 : [])));
  return new Set(months).size === 1 ? months[0]! : 0;
}
