import iconv from 'iconv-lite';
import { decodeText } from './decode.js';

const textOf = async (bytes: Buffer) => (await decodeText(bytes))?.text ?? null;

describe('the text of a file', () => {
  it('stays UTF-8 whatever stray byte is in it, with a warning', async () => {
    const lines = 'Größe und Maße der Straße sind wichtig.\n'.repeat(20);
    const bytes = Buffer.concat([
      Buffer.from(lines),
      Buffer.from([0x96]),
      Buffer.from(' Die Kündigungsfrist.'),
    ]);
    expect(await decodeText(bytes)).toEqual({
      text: `${lines}\ufffd Die Kündigungsfrist.`,
      warnings: ['One byte is no UTF-8 as the rest of the file is, and shown as \ufffd.'],
    });
    const cut = Buffer.concat([
      Buffer.from('日本語の説明書'),
      Buffer.from([0xe6, 0x97]),
      Buffer.from(' end ü'),
    ]);
    expect((await decodeText(cut))?.text).toContain('日本語の説明書');
  });

  it.each<[string, string]>([
    ['windows-1250', '<html><meta charset="windows-1250"><p>Łódź: koszt 120 zł</p>'],
    ['windows-1250', '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">÷×'],
    ['koi8-r', '<?xml version="1.0" encoding="koi8-r"?><a>Я</a>'],
    ['shift_jis', '<meta charset=Shift_JIS><p>予約</p>'],
    ['windows-1252', '<meta charset="windows-1252"><p>“net” – from €7</p>'],
    // As browsers read it: what is called ISO-8859-1 is windows-1252.
    ['windows-1252', '<meta charset="iso-8859-1"><p>it’s €7…</p>'],
  ])('is in the encoding that it declares: %s', async (encoding, text) => {
    expect(await textOf(iconv.encode(text, encoding))).toBe(text);
  });

  it('is UTF-8 where it is, whatever it declares', async () => {
    expect(await textOf(Buffer.from('<meta charset="iso-8859-1"><p>Grüße</p>'))).toContain('Grüße');
  });

  it.each<[string, string]>([
    ['utf-16le', 'Good morning to all'],
    ['utf-16be', 'Łódź: koszt 120 zł'],
    ['utf-16be', 'Привет, мир: 500 рублей'],
    ['utf-16le', '会議室の予約は月曜日に行います。\n管理者に連絡してください。'],
  ])('may be %s without a mark: %s', async (encoding, text) => {
    expect(await textOf(iconv.encode(text, encoding, { addBOM: false }))).toBe(text);
  });

  it('may be in ISO-2022-JP', async () => {
    expect(await textOf(Buffer.from('1b2442324a35441b284220a', 'hex'))).toMatch(/^\p{sc=Han}{2}/u);
  });

  it('is none of noise', async () => {
    const noise = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 31 + i * 7) % 256));
    expect(await decodeText(noise)).toBeNull();
  });
});
