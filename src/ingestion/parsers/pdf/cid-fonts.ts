const CID_FONT = /\/CIDFontType[02]\b/g;
/** What is required of a font's description, and means nothing for its text. */
const DESCRIPTION =
  '/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80';

/**
 * A PDF whose fonts of Chinese, Japanese and Korean letters all have a description. Without one, which some programs leave
 * out, pdf.js reads their codes as Latin letters.
 */
export function withDescribedFonts(bytes: Buffer): Buffer {
  const source = bytes.toString('latin1');
  const ends: number[] = [];
  for (const { index } of source.matchAll(CID_FONT)) {
    const [start, end] = [startOf(source, index), endOf(source, index)];
    if (start >= 0 && end > start && !source.slice(start, end).includes('/FontDescriptor')) ends.push(end);
  }
  if (ends.length === 0) return bytes;
  const name = '/FontDescriptor<</Type/FontDescriptor/FontName/Unnamed';
  const described = ends.reduceRight(
    (text, end) => `${text.slice(0, end)}${name}${DESCRIPTION}>>${text.slice(end)}`,
    source,
  );
  // The places of objects have changed: pdf.js searches for them where the file does not list them.
  return Buffer.from(described.replaceAll('startxref', '% no list'), 'latin1');
}

/** Where the dictionary around a place begins. */
function startOf(source: string, at: number): number {
  let depth = 0;
  for (let i = at; i >= 0; i--) {
    if (source.startsWith('>>', i)) depth++;
    else if (source.startsWith('<<', i) && depth-- === 0) return i;
    else continue;
    i--;
  }
  return -1;
}

/** Where it ends. */
function endOf(source: string, at: number): number {
  let depth = 0;
  for (let i = at; i < source.length; i++) {
    if (source.startsWith('<<', i)) depth++;
    else if (source.startsWith('>>', i) && depth-- === 0) return i;
    else continue;
    i++;
  }
  return -1;
}
