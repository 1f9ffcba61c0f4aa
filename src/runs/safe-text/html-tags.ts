/** The kind of a `<`. */
export type Angle =
  /** A literal `<`. */
  | { kind: 'text' }
  /** Could be read as HTML, or as an autolink to anything but a web page or a mail address. */
  | { kind: 'tag' }
  /** Autolink `<https://…>` or `<name@host>`, up to `end`. */
  | { kind: 'address'; end: number };

/** Maximum length of a tag; a longer one is treated as a tag. */
const MAX_TAG = 1_000;
const ADDRESS =
  /<(?:https?:\/\/[^\s<>[\]]*|(?:mailto:)?[\w.!#$%&'*+/=?^{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*)>/iy;
const ADDRESS_BEGUN = /<[a-z0-9.!#$%&'*+/=?^_{|}~:@-][^\s<>[\]]*$/iy;
const OTHER_LINK = /<[a-z][a-z0-9+.-]{1,31}:[^\s<>]*>/iy;
const NAME = /<\/?([a-z][a-z0-9-]*)/iy;
/** Elements that act without a closing tag, and those that lenient parsers accept without `>`. */
const ACTIVE = new Set(
  (
    'applet audio base body button embed form frame frameset head html iframe img input link math meta noscript ' +
    'object plaintext script select source style svg template textarea title video xmp'
  ).split(' '),
);

/**
 * Classifies the `<` at a position, by CommonMark's rules for raw HTML.
 * @param beginsLine whether it is the first character of its line: there an unclosed tag counts too
 * @param isLast whether the input is complete
 * @returns null while that depends on further input
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

/** @returns whether it is a tag; null while that depends on further input */
function scanTag(tag: string, afterName: number, isClosing: boolean): boolean | null {
  let at = afterName;
  for (;;) {
    const space = /[ \t\n]*/y;
    space.lastIndex = at;
    const blanks = space.exec(tag)![0];
    if (/\n[ \t]*\n/.test(blanks)) return false;
    at += blanks.length;
    if (at === tag.length) return null;
    // A citation may be dropped, and with it the text that keeps this from being a tag.
    if (tag[at] === '>' || /[[(【⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(tag[at]!)) return true;
    if (isClosing) return false;
    if (tag[at] === '/') return at + 1 === tag.length ? null : tag[at + 1] === '>';
    if (!blanks) return false;
    // A `<` in an attribute value is escaped too and may then stand there.
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
