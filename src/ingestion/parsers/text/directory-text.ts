/** Calendars and address cards. */
const BEGINS = /^\s*BEGIN:(?:VCALENDAR|VCARD)\b/i;
/** A property whose value is in quoted-printable, which goes on in the next line after an equals sign. */
const QUOTED =
  /^([\w.-]+(?:;[^:\r\n]*)?);ENCODING=QUOTED-PRINTABLE([^:\r\n]*):((?:[^\r\n]*=\r?\n)*[^\r\n]*)$/gim;

/**
 * Calendars and address cards with a property a line: long lines are folded in them, anywhere within a word, and signs
 * escaped. Other texts as they are.
 */
export function unfolded(text: string): string {
  if (!BEGINS.test(text)) return text;
  return text
    .replaceAll(
      QUOTED,
      (_, name: string, more: string, value: string) =>
        `${name.replace(/;CHARSET=[\w-]+/i, '')}${more}:${decoded(value)}`,
    )
    .replaceAll(/\r?\n[ \t]/g, '')
    .replaceAll(/\\([nN,;\\])/g, (_, sign: string) => (/n/i.test(sign) ? ' ' : sign));
}

function decoded(value: string): string {
  const bytes = value
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  // oxlint-disable-next-line no-control-regex -- letters that the file has as such are not among the bytes
  return (/[^\0-\xff]/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')).replaceAll(
    /\r?\n/g,
    ' ',
  );
}
