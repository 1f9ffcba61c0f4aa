import JSZip from 'jszip';
import { read, shown } from './support/office-files.js';

describe('other files of text', () => {
  it('mail is decoded, its attachments named', async () => {
    const mail = [
      'From: =?utf-8?Q?J=C3=B6rg?= <j@example.com>',
      'To: ann@example.com',
      'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
      'Date: Mon, 02 Mar 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Der Preis betr=C3=A4gt 5 =E2=82=AC=',
      ' netto.',
      '--b',
      'Content-Type: application/pdf; name="offer.pdf"',
      'Content-Disposition: attachment; filename="offer.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      ...Array.from({ length: 500 }, () => 'QUJD'.repeat(19)),
      '--b--',
      '',
    ].join('\r\n');
    const document = await read('m.eml', mail);
    expect(shown(document)).toEqual([
      'heading: Grüße',
      expect.stringMatching(/^paragraph: From: Jörg <j@example.com>\nTo: ann@example.com\nDate: /),
      'paragraph: Jörg <j@example.com> schrieb diese E-Mail an ann@example.com am 2. März 2026 um 10:00 UTC mit dem Betreff “Grüße”.',
      'paragraph: Der Preis beträgt 5 € netto.',
      'paragraph: Attachments: offer.pdf',
    ]);
    expect(document.warnings).toEqual(['Attachments of the mail "Grüße" were not read: offer.pdf.']);
    const box = ['One', 'Two'].map(
      (subject) =>
        `From a@example.com Mon Mar  2 10:00:00 2026\nSubject: ${subject}\nContent-Type: text/html\n\n<p>Body <b>${subject}</b>\n>From here on.</p>\n\n`,
    );
    expect(shown(await read('m.mbox', box.join('')))).toEqual([
      'heading: One',
      'paragraph: Body One From here on.',
      'heading: Two',
      'paragraph: Body Two From here on.',
    ]);
  });

  it('mail in windows-1252 keeps its quotes and euros', async () => {
    const mail =
      'Subject: =?windows-1252?Q?It=92s_=805?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n' +
      'Content-Transfer-Encoding: quoted-printable\r\n\r\n=93Prix=94 =96 12 =80\r\n';
    expect((await read('w.eml', mail)).text).toContain('“Prix” – 12 €');
    expect((await read('w.eml', mail)).text).toContain('It’s €5');
  });

  it('a notebook is read cell by cell, without its pictures', async () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Title\n', 'The rate is **4.2**.'] },
      {
        cell_type: 'code',
        source: 'print(6 * 7)',
        outputs: [
          { output_type: 'stream', text: ['42\n'] },
          { data: { 'image/png': 'iVBOR'.repeat(10_000), 'text/plain': '<Figure>' } },
        ],
      },
    ];
    const document = await read('b.ipynb', JSON.stringify({ cells, nbformat: 4 }));
    expect(shown(document)).toEqual([
      'heading: Title',
      'paragraph: The rate is **4.2**.',
      'code: print(6 * 7)',
      'code: 42',
      'code: <Figure>',
    ]);
    expect(document.warnings).toEqual(['One picture was left out.']);
  });

  it('a notebook’s counts and data frames keep the names of their columns', async () => {
    const output = (data: object) => ({ cell_type: 'code', source: '', outputs: [{ data }] });
    const frame =
      '<div><style scoped>td {}</style><table class="dataframe"><thead><tr><th></th><th>tenure</th><th>churn</th></tr></thead>' +
      '<tbody><tr><th>0</th><td>34</td><td>No</td></tr></tbody></table><p>1 rows × 2 columns</p></div>';
    const cells = [
      output({ 'text/plain': ['Churn\n', 'No     5174\n', 'Yes    1869\n', 'Name: count, dtype: int64'] }),
      output({
        'text/plain': 'month-to-month    3875\none year          1473\nName: Contract, dtype: int64',
      }),
      output({ 'text/plain': 'tenure churn', 'text/html': [frame] }),
      output({ 'text/plain': 'no series\nName: it has' }),
    ];
    const { text, tables } = await read('c.ipynb', JSON.stringify({ cells, nbformat: 4 }));
    expect(text).toContain('Churn: No; count: 5174\nChurn: Yes; count: 1869');
    expect(text).toContain('index: month-to-month; Contract: 3875');
    expect(text).toMatch(/tenure \| churn \|\n.*\n\| 0 \| 34 \| No \|/);
    expect(tables).toEqual([]);
    expect(text).toContain('1 rows × 2 columns');
    expect(text).toContain('no series\nName: it has');
  });

  it('JSON keeps the digits of its numbers', async () => {
    expect((await read('o.json', '[{"order_id":9007199254740993,"city":"Oslo","v":1.10}]')).text).toContain(
      'order_id: 9007199254740993; city: Oslo; v: 1.10',
    );
    expect(
      (await read('o.jsonl', '{"order_id":9007199254740993}\n{"order_id":2}\n')).tables[0]!.rows,
    ).toEqual([['9007199254740993'], [2]]);
    expect((await read('p.json', '{"a":{"id":12345678901234567890,"x":1e400,"y":[1.50]}}')).text).toBe(
      'a.id: 12345678901234567890\na.x: 1e400\na.y[0]: 1.50',
    );
  });

  it('rich text is read without its tables of fonts', async () => {
    const rtf =
      "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}\\f0 Gr\\'fc\\'dfe, \\u8364?5 \\{net\\}\\par\nSecond {\\b bold} line.\\par}";
    expect((await read('r.rtf', rtf)).text).toBe('Grüße, €5 {net}\n\nSecond bold line.');
    const noted =
      '{\\rtf1\\ansi{\\header Page 1}The fee is 700{\\footnote \\chftn\\pard plus VAT\\par from June on} a year.\\par}';
    expect((await read('n.rtf', noted)).text).toBe('The fee is 700 (plus VAT from June on) a year.');
    const cells = (...texts: string[]) =>
      `\\trowd\\cellx2000\\cellx4000 ${texts.map((text) => `${text}\\cell`).join(' ')}\\row\n`;
    const table = await read(
      't.rtf',
      `{\\rtf1\\ansi Stock of May\\par ${cells('Product', 'Boxes')}${cells('Oat milk', '30')}${cells('Paper\\par cups', '7')}\\pard Deliveries come on Friday.\\par}`,
    );
    expect(shown(table)).toEqual([
      'paragraph: Stock of May',
      'table: | Product | Boxes |\n| --- | --- |\n| Oat milk | 30 |\n| Paper cups | 7 |',
      'paragraph: Deliveries come on Friday.',
    ]);
    expect(table.tables).toMatchObject([
      {
        columns: ['Product', 'Boxes'],
        rows: [
          ['Oat milk', 30],
          ['Paper cups', 7],
        ],
      },
    ]);
  });

  it('a book is read chapter by chapter, and a text of LibreOffice by its headings and tables', async () => {
    const zip = new JSZip();
    zip.file('mimetype', 'application/epub+zip', { compression: 'STORE' });
    zip.file(
      'META-INF/container.xml',
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    );
    zip.file(
      'OEBPS/book.opf',
      '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Bees</dc:title><dc:creator>Ada Holm</dc:creator><dc:creator>Li Wei</dc:creator></metadata><manifest><item id="b" href="two.xhtml"/><item id="a" href="one.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>',
    );
    zip.file(
      'OEBPS/one.xhtml',
      '<?xml version="1.0"?><!DOCTYPE html><html><body><h1>Hives</h1><p>Made of wood.</p></body></html>',
    );
    zip.file('OEBPS/two.xhtml', '<html><body><h1>Honey</h1><p>Taken in July.</p></body></html>');
    const book = await read('b.epub', await zip.generateAsync({ type: 'nodebuffer' }));
    expect(book.title).toBe('Bees');
    expect(shown(book)).toEqual([
      'paragraph: Bees was written by Ada Holm and Li Wei.',
      'heading: Hives',
      'paragraph: Made of wood.',
      'heading: Honey',
      'paragraph: Taken in July.',
    ]);
    const text = new JSZip();
    text.file('mimetype', 'application/vnd.oasis.opendocument.text', { compression: 'STORE' });
    text.file(
      'content.xml',
      '<office:document-content><office:body><office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h text:outline-level="2">Rates</text:h><text:p>It<text:s text:c="2"/>costs<office:annotation><text:p>why?</text:p></office:annotation> 5.</text:p>' +
        '<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell><table:table-cell><text:p>B</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>1</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>',
    );
    expect(shown(await read('t.odt', await text.generateAsync({ type: 'nodebuffer' })))).toEqual([
      'heading: Rates',
      'paragraph: It costs 5.',
      'table: | A | B |\n| --- | --- |\n| 1 | 1 |',
    ]);
  });
});
