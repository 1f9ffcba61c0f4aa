/** What a `<` begins. */
export type Angle =
  /** It stands for itself. */
  | { kind: 'text' }
  /** A browser or a Markdown reader could take it for HTML, or for a link to anything but a page or a mail address. */
  | { kind: 'tag' }
  /** `<https://…>` or `<name@host>`, up to `end`. */
  | { kind: 'address'; end: number };

/** Nobody writes a longer tag; one that goes on is taken for a tag. */
const MAX_TAG = 1_000;
const ADDRESS =
  /<(?:https?:\/\/[^\s<>[\]]*|(?:mailto:)?[\w.!#$%&'*+/=?^{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*)>/iy;
const ADDRESS_BEGUN = /<[a-z0-9.!#$%&'*+/=?^_{|}~:@-][^\s<>[\]]*$/iy;
const OTHER_LINK = /<[a-z][a-z0-9+.-]{1,31}:[^\s<>]*>/iy;
const NAME = /<\/?([a-z][a-z0-9-]*)/iy;
/** Elements that act without a closing tag, and those of which lenient readers need no end either. */
const ACTIVE = new Set(
  (
    'applet audio base body button embed form frame frameset head html iframe img input link math meta noscript ' +
    'object plaintext script select source style svg template textarea title video xmp'
  ).split(' '),
);

/**
 * What the `<` at a place of a text begins, by CommonMark's rules for raw HTML.
 * @param beginsLine whether nothing stands before it on its line: there a tag needs no end to be one
 * @param isLast whether the text ends there
 * @returns null while that depends on what comes
 */
export function readAngle(text: string, at: number, beginsLine: boolean, isLast: boolean): Angle | null {
  const next = text[at + 1];
  if (next === undefined) return isLast ? { kind: 'text' } : null;
  if (next === '!' || next === '?') return { kind: 'tag' };
  const address = matchAt(ADDRESS, text, at);
  if (address) return { kind: 'address', end: at + address[0].length };
  if (matchAt(OTHER_LINK, text, at)) return { kind: 'tag' };
  const name = matchAt(NAME, text, at);
  const isOpen = !isLast && matchAt(ADDRESS_BEGUN, text, at) !== null;
  const isShort = text.length - at < MAX_TAG;
  if (isOpen && isShort) return null;
  if (!name) return next === '/' && !isLast && text.length === at + 2 ? null : { kind: 'text' };
  if (beginsLine || ACTIVE.has(name[1]!.toLowerCase())) return { kind: 'tag' };
  const found = scanTag(text.slice(at, at + MAX_TAG), name[0].length, next === '/');
  if (found !== null) return { kind: found ? 'tag' : 'text' };
  if (!isShort) return { kind: 'tag' };
  return isLast ? { kind: 'text' } : null;
}

/** @returns whether it is a tag; null while it may become one */
function scanTag(tag: string, afterName: number, isClosing: boolean): boolean | null {
  let at = afterName;
  for (;;) {
    const space = /[ \t\n]*/y;
    space.lastIndex = at;
    const blanks = space.exec(tag)![0];
    if (/\n[ \t]*\n/.test(blanks)) return false;
    at += blanks.length;
    if (at === tag.length) return null;
    // A citation goes, and with it what keeps this from being a tag.
    if (tag[at] === '>' || /[[(【⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(tag[at]!)) return true;
    if (isClosing) return false;
    if (tag[at] === '/') return at + 1 === tag.length ? null : tag[at + 1] === '>';
    if (!blanks) return false;
    // A `<` in a value is escaped too, and then it may stand there.
    const attribute = /[a-z_:][\w.:-]*(?:[ \t\n]*=[ \t\n]*(?:[^\s"'=>`]+|'[^']*'|"[^"]*"))?/iy;
    const begun = /[a-z_:][\w.:-]*(?:[ \t\n]*=[ \t\n]*(?:'[^']*|"[^"]*)?)?$/iy;
    if (matchAt(begun, tag, at)) return null;
    const whole = matchAt(attribute, tag, at);
    if (!whole) return false;
    at += whole[0].length;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
