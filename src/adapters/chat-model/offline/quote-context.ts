import { answerTest } from './answer-kind.js';
import type { RankedUnit } from './extract.js';
import { asksWhatToDo } from './focus.js';
import { isKeyValue, isRow, pointsBack } from './quoted-text.js';
import type { Unit } from './units.js';

/** Maximum characters of a sentence quoted together with the one that explains it. */
const MAX_PAIR_CHARS = 240;
/** Maximum number of preceding sentences quoted with a sentence that refers back. */
const MAX_ANTECEDENTS = 2;

/**
 * Adds context to the chosen units: the preceding sentence where a unit cannot be understood without it, and the
 * following one where it refers back or contains the requested date, amount or name.
 * @param all units in order
 */
export function withContext(
  chosen: readonly RankedUnit[],
  all: readonly Unit[],
  question: string,
): RankedUnit[] {
  const holdsAnswer = answerTest(question);
  const isForRemedy = asksWhatToDo(question);
  const places = new Set(chosen.map(({ position }) => position));
  const quoted = new Set<Unit>();
  return chosen.flatMap((unit) => {
    let first = unit.position;
    let last = first;
    while (first > 0 && unit.position - first < MAX_ANTECEDENTS && isAbout(all[first - 1]!, all[first]!))
      first--;
    while (places.has(last + 1) && isAbout(all[last]!, all[last + 1]!)) last++;
    // Sentences of one paragraph are one quote.
    if (places.has(first - 1) && isNear(all[first - 1]!, unit)) first--;
    else if (places.has(last + 1) && isNear(unit, all[last + 1]!)) last++;
    const follower = all[last + 1];
    if (follower && isAbout(unit, follower) && unit.text.length + follower.text.length <= MAX_PAIR_CHARS)
      last++;
    const next = all[last + 1];
    const isWanted = holdsAnswer ? !holdsAnswer(unit.text) && holdsAnswer(next?.text ?? '') : isForRemedy;
    if (next && isWanted && goesOn(unit, next)) last++;
    const range = all.slice(first, last + 1);
    if (range.every((one) => quoted.has(one))) return [];
    for (const one of range) quoted.add(one);
    return {
      ...unit,
      text: [range[0]!.lead, ...range.map(({ text }) => text)].filter(Boolean).join(' '),
    };
  });
}

const isNear = (unit: Unit, next: Unit) =>
  unit.block !== undefined &&
  unit.block === next.block &&
  goesOn(unit, next) &&
  unit.text.length + next.text.length <= MAX_PAIR_CHARS;

const goesOn = (unit: Unit, next: Unit) =>
  unit.source === next.source &&
  unit.heading === next.heading &&
  [unit, next].every(({ text }) => !isRow(text) && !isKeyValue(text));

/** Whether a unit refers back to the previous one. */
const isAbout = (before: Unit, unit: Unit) =>
  pointsBack(unit.text) &&
  before.source === unit.source &&
  before.heading === unit.heading &&
  !isRow(before.text);
