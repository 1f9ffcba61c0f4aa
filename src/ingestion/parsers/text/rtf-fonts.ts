import iconv from 'iconv-lite';

/** The character sets of fonts, by the number that RTF gives them, as code pages. */
const CHARSETS: Record<string, string> = {
  77: 'macroman',
  128: 'cp932',
  129: 'cp949',
  134: 'cp936',
  136: 'cp950',
  161: 'cp1253',
  162: 'cp1254',
  163: 'cp1258',
  177: 'cp1255',
  178: 'cp1256',
  186: 'cp1257',
  204: 'cp1251',
  222: 'cp874',
  238: 'cp1250',
  254: 'cp437',
  255: 'cp850',
};
const PLATFORMS: Record<string, string> = { mac: 'macroman', pc: 'cp437', pca: 'cp850' };
const DOUBLE_BYTES = new Set(['cp932', 'cp936', 'cp949', 'cp950']);

/** In which encodings the bytes of an RTF file are: that of the file, or of the font that they are set in. */
export class RtfFonts {
  private readonly encodings = new Map<string, string>();
  private shared = 'cp1252';
  private first = '0';
  private described = '0';

  /** A word of the file's head: its code page, its platform or its first font. */
  declare(word: string, number = ''): void {
    if (word === 'ansicpg') this.shared = known(number) ?? this.shared;
    else if (word === 'deff') this.first = number;
    else this.shared = PLATFORMS[word] ?? this.shared;
  }

  /** A word of the table of fonts. */
  describe(word: string, number = ''): void {
    if (word === 'f') this.described = number;
    const encoding = word === 'cpg' ? known(number) : word === 'fcharset' ? CHARSETS[number] : undefined;
    if (encoding) this.encodings.set(this.described, encoding);
  }

  /** @param font the first one of the file when left out */
  encodingOf(font = this.first): string {
    return this.encodings.get(font) ?? this.shared;
  }
}

const known = (page: string) => (iconv.encodingExists(`cp${page}`) ? `cp${page}` : undefined);

/** Whether the last byte is the first one of two. */
export function isHalf(bytes: readonly number[], encoding: string): boolean {
  if (!DOUBLE_BYTES.has(encoding)) return false;
  const isLead = (byte: number) =>
    byte > 0x80 && byte < 0xff && !(encoding === 'cp932' && byte >= 0xa0 && byte < 0xe0);
  let at = 0;
  while (at < bytes.length) at += isLead(bytes[at]!) ? 2 : 1;
  return at > bytes.length;
}
