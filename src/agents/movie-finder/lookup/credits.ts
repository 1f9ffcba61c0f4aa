import type { Film, FilmCatalogue } from '../../../catalogue/film.js';
import { filmOf } from './names.js';

const END = '(?= (?:do|did|does|make|made|direct|directed|has|have|but|and|from the|in the)\\b|[?,.!]|$)';
const CREDITS: readonly [pattern: RegExp, people: (film: Film) => string[]][] = [
  [
    new RegExp(
      `\\bthe (?:same )?(?:(?:director|film ?maker) (?:of|from|behind|who (?:did|directed|made))|(?:guy|man|woman|person|one|people) (?:behind|(?:who|that) (?:did|directed|made))) (?:the (?:film|movie) )?(\\S.*?)${END}`,
      'i',
    ),
    ({ directors }) => directors,
  ],
  [
    new RegExp(
      `\\bthe (?:same )?(?:star|lead|lead actor|lead actress|main actor) (?:of|in|from) (?:the (?:film|movie) )?(\\S.*?)${END}`,
      'i',
    ),
    ({ cast }) => cast,
  ],
];
/** A question who that is, not what else they made. */
const ASKS_WHO =
  /^(?:and |so )?(?:who|what|tell me|name|do you know)(?:'?s| is| was| are| were)?\b(?!.*\b(?:else|other|films?|movies?|make|direct)\b)/i;

/** "Something by the director of Jaws" names Steven Spielberg; any other message stays as it is. */
export async function withCreditsNamed(catalogue: FilmCatalogue, message: string): Promise<string> {
  if (ASKS_WHO.test(message)) return message;
  for (const [pattern, people] of CREDITS) {
    const match = pattern.exec(message);
    const film = match?.[1] ? await filmOf(catalogue, match[1]) : null;
    const [name] = film ? people(film) : [];
    if (match && name) return message.replace(match[0], name);
  }
  return message;
}
