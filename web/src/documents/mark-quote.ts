const squeeze = (text: string) => text.replaceAll(/[\s\u00AD-]+/g, '').toLowerCase();

/**
 * Marks the pieces of a page's text that a quotation stands in. A PDF breaks text into pieces of its own, with spaces and
 * hyphens where lines end, so that those do not count.
 * @returns the marked ones; none when the quotation does not stand there
 */
export function markQuote<T extends { textContent: string | null; classList: { add(name: string): void } }>(
  pieces: readonly T[],
  quote: string,
): T[] {
  const texts = pieces.map(({ textContent }) => squeeze(textContent ?? ''));
  const wanted = squeeze(quote);
  const whole = texts.join('');
  // The end of a long one may stand on the next page.
  const lengths = [wanted.length, Math.min(wanted.length, 120), Math.min(wanted.length, 40)];
  const length = lengths.find((some) => some > 0 && whole.includes(wanted.slice(0, some)));
  if (!length) return [];
  const start = whole.indexOf(wanted.slice(0, length));
  const end = start + length;
  const marked: T[] = [];
  let at = 0;
  for (const [i, text] of texts.entries()) {
    const piece = pieces[i];
    if (piece && text && at < end && at + text.length > start) {
      piece.classList.add('marked');
      marked.push(piece);
    }
    at += text.length;
  }
  return marked;
}
