const squeeze = (text: string) => text.replaceAll(/[\s\u00AD-]+/g, '').toLowerCase();

/**
 * Highlights a quotation in a page's text spans. A PDF splits text arbitrarily, with spaces and hyphens at line
 * ends, so these are ignored in the comparison.
 * @returns the highlighted spans; empty when the quotation is not found
 */
export function markQuote<T extends { textContent: string | null; classList: { add(name: string): void } }>(
  pieces: readonly T[],
  quote: string,
): T[] {
  const texts = pieces.map(({ textContent }) => squeeze(textContent ?? ''));
  const wanted = squeeze(quote);
  const whole = texts.join('');
  // The end of a long quotation may be on the next page.
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
