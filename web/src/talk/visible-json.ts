/** Characters that cannot be seen or that change the order in which text is shown, and line separators. */
const UNSEEN = /[\p{Cf}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** JSON for a person who decides on it: what cannot be seen stands there as an escape, which parses to the same value. */
export const visibleJson = (value: unknown): string | undefined =>
  JSON.stringify(value, null, 2)?.replaceAll(UNSEEN, (character) =>
    Array.from(character.split(''), (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
