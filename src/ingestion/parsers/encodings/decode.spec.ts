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
    ['windows-1251', '@charset "windows-1251";\n/* Цена */'],
    ['windows-1250', '---\ntitle: Zł\nencoding: windows-1250\n---\n\nÚ: 5 ř'],
    ['windows-1257', '+++\ncharset = "windows-1257"\n+++\n\nŪ'],
    ['koi8-r', '#!/usr/bin/env python\n# -*- coding: koi8-r -*-\ns = "Я"'],
    ['iso-8859-2', '\\documentclass{article}\n\\usepackage[latin2]{inputenc}\nŁ'],
    ['big5', 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=big5\\n"\n#: 合'],
    ['windows-1253', 'BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=windows-1253:Ω;Β\nEND:VCARD'],
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

  it.each<[string, string]>([
    ['Order 4711 has shipped.\0\nDue on Friday.\n', 'a zero'],
    ['Total 40 EUR\0\nDue Friday\n', 'a zero in few words'],
    ['Rows end in \u001e and cells in \u001f here', 'separators'],
    ['Срок договора\0 три месяца', 'a zero between letters of two bytes'],
  ])('keeps its words whatever control characters are among them: %j', async (text) => {
    expect(await textOf(Buffer.from(text))).toBe(text.replaceAll('\0', '\ufffd'));
  });

  it('is no UTF-16 for its control characters', async () => {
    expect(await textOf(Buffer.from('N\bNA\bAM\bME\bE by man'))).toBeNull();
    expect(await textOf(Buffer.from('8=FIX.4.2\u00019=65\u000135=A\u000149=SERVER\u0001'))).toBeNull();
  });

  it('ends before the zeros or the mark that fill up its file', async () => {
    expect(await textOf(Buffer.from(`Paid 88 EUR\r\n${'\0'.repeat(300)}`))).toBe('Paid 88 EUR\r\n');
    expect(await textOf(iconv.encode('Gebühr für Bücher\r\n\u001a', 'windows-1252'))).toBe(
      'Gebühr für Bücher\r\n',
    );
  });

  it('may be cut in its last character', async () => {
    const bytes = Buffer.from('Die letzte Zeile endet mit Größe');
    expect(await decodeText(bytes.subarray(0, -2))).toEqual({
      text: 'Die letzte Zeile endet mit Grö\ufffd',
      warnings: ['One byte is no UTF-8 as the rest of the file is, and shown as \ufffd.'],
    });
  });

  it('is none of noise', async () => {
    const noise = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 31 + i * 7) % 256));
    expect(await decodeText(noise)).toBeNull();
  });
});
