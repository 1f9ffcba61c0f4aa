/** A run of letters of one line, at its place from the left. */
export interface PlacedRun {
  str: string;
  x: number;
  y?: number;
  width?: number;
}

const RIGHT_TO_LEFT = /[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u;
const LEFT_TO_RIGHT = /(?![\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}])\p{L}/u;
/** Letters as they look beside others, and ligatures: as typed they are other characters. */
const PRESENTATION_FORMS =
  /[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe10-\ufe19\ufe30-\ufe48\ufe70-\ufefc]/g;

/** The ligatures of older fonts, which have no other characters for them. */
const PRIVATE_LIGATURES: Record<string, string> = { '\uf001': 'fi', '\uf002': 'fl' };

/**
 * The text of a line in the order in which it is read. A PDF places runs where they stand on the page: in Arabic and Hebrew
 * the first word is the rightmost, while numbers and Latin words among them run the other way. Within a run the order is
 * right already. Lines without such letters are left as the file has them.
 */
export function lineText(runs: readonly PlacedRun[]): string {
  const words = runs.map(({ str }) => str).join('');
  if (!RIGHT_TO_LEFT.test(words)) return asTyped(words);
  const placed = runs.filter(({ str }) => str !== '').toSorted((a, b) => a.x - b.x);
  const isMostlyRight = count(words, RIGHT_TO_LEFT) > count(words, LEFT_TO_RIGHT);
  const ordered = isMostlyRight ? rightToLeft(placed) : withTurned(placed);
  return asTyped(withBrackets(ordered.map(withMarks)));
}

/** Marks follow their letters; letters of a run that was turned round came after them. */
function withMarks(run: PlacedRun): PlacedRun {
  if (!/^\s*\p{M}/u.test(run.str) || !/\p{L}/u.test(run.str)) return run;
  return { ...run, str: run.str.replaceAll(/(\p{M}+)(\p{L})/gu, '$2$1') };
}

const BRACKETS = '()[]{}';
const TURNED = ')(][}{';

/**
 * Brackets stand in the file as they look: the one that opens in Arabic and Hebrew looks like one that closes. Runs of
 * Latin letters have their own.
 */
function withBrackets(runs: readonly PlacedRun[]): string {
  const text = runs.map(({ str }) => str).join('');
  if (isNested(text)) return text;
  const turned = runs.map((run) =>
    LEFT_TO_RIGHT.test(run.str)
      ? run.str
      : run.str.replaceAll(/[()[\]{}]/g, (bracket) => TURNED[BRACKETS.indexOf(bracket)]!),
  );
  return isNested(turned.join('')) ? turned.join('') : text;
}

/** Whether each bracket that closes follows the one that it closes. */
function isNested(text: string): boolean {
  const open: string[] = [];
  for (const bracket of text.match(/[()[\]{}]/g) ?? []) {
    const at = BRACKETS.indexOf(bracket);
    if (at % 2 === 0) open.push(BRACKETS[at + 1]!);
    else if (open.pop() !== bracket) return false;
  }
  return open.length === 0;
}

/** Letters as they are typed. */
const asTyped = (text: string) =>
  text
    .replaceAll(PRESENTATION_FORMS, (form) => form.normalize('NFKC'))
    .replaceAll(/[\uf001\uf002]/g, (ligature) => PRIVATE_LIGATURES[ligature]!);

/** All turned round, but for what runs from left to right among it. */
function rightToLeft(runs: readonly PlacedRun[]): PlacedRun[] {
  const ordered: PlacedRun[] = [];
  let group: PlacedRun[] = [];
  const close = () => {
    // Blanks and signs at the edges of a group belong to the line around it.
    const [first, last] = [group.findIndex(isLeft), group.findLastIndex(isLeft)];
    if (first < 0) ordered.push(...group.toReversed());
    else {
      ordered.push(...group.slice(last + 1).toReversed(), ...group.slice(first, last + 1));
      ordered.push(...group.slice(0, first).toReversed());
    }
    group = [];
  };
  for (const run of runs.toReversed()) {
    if (!isRight(run)) {
      group.unshift(run);
      continue;
    }
    close();
    ordered.push(run);
  }
  close();
  return ordered;
}

/** In a line of Latin letters, groups that run from right to left are turned round. */
function withTurned(runs: readonly PlacedRun[]): PlacedRun[] {
  const ordered: PlacedRun[] = [];
  for (let at = 0; at < runs.length; at++) {
    if (!isRight(runs[at]!)) {
      ordered.push(runs[at]!);
      continue;
    }
    let end = at;
    for (let i = at + 1; i < runs.length && !LEFT_TO_RIGHT.test(runs[i]!.str); i++)
      if (isRight(runs[i]!)) end = i;
    ordered.push(...rightToLeft(runs.slice(at, end + 1)));
    at = end;
  }
  return ordered;
}

const isRight = ({ str }: PlacedRun) => RIGHT_TO_LEFT.test(str);
const isLeft = ({ str }: PlacedRun) => LEFT_TO_RIGHT.test(str) || /\d/.test(str);
const count = (text: string, kind: RegExp) => [...text].filter((char) => kind.test(char)).length;
