import iconv from 'iconv-lite';
import { read, shown } from '../office/support/office-files.js';

const mail = (...lines: string[]) => lines.join('\r\n');
const inWindows = (text: string) => iconv.encode(text, 'windows-1252');
const withAlternatives = (text: string, html: string) =>
  mail(
    'Subject: Code',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    text,
    '--b',
    'Content-Type: text/html',
    '',
    html,
    '--b--',
    '',
  );

describe('mail', () => {
  it('that names no encoding is in the one that it is in', async () => {
    const document = await read(
      'a.eml',
      inWindows(mail('From: a@example.com', 'Subject: Gebühr', '', 'Die Gebühr für Bücher beträgt 9 Euro.')),
    );
    expect(document.title).toBe('Gebühr');
    expect(document.text).toContain('Die Gebühr für Bücher beträgt 9 Euro.');
    expect(document.warnings).toEqual([]);
    const head = iconv.encode(
      'Subject: Счёт\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nСрок',
      'cp1251',
    );
    expect((await read('b.eml', head)).text).toMatch(/^Счёт\n[^]*Срок$/);
  });

  it('says that letters were not readable', async () => {
    const declaredWrongly = inWindows(
      mail(
        'Subject: A',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Die Gebühr für Bücher beträgt 9 Euro.',
      ),
    );
    const { warnings } = await read('a.eml', declaredWrongly);
    expect(warnings).toEqual([
      'Some letters of the mail "A" could not be read: they are not in the encoding that it names.',
    ]);
  });

  it('is read as the page that it is where its plain text says no more than that', async () => {
    const page = '<p>Your voucher code is LUX-19, valid until June.</p>';
    expect((await read('a.eml', withAlternatives('This mail needs an HTML reader.', page))).text).toContain(
      'LUX-19',
    );
    const { text } = await read(
      'a.eml',
      withAlternatives('Your voucher code is LUX-19, valid until June.', page),
    );
    expect(text.split('LUX-19')).toHaveLength(2);
  });

  it('has the messages that are attached to it', async () => {
    const message = mail(
      'Subject: Fwd: Gate',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'See below.',
      '--b',
      'Content-Type: message/rfc822',
      'Content-Disposition: attachment',
      '',
      'From: Ola <ola@example.com>',
      'Subject: Gate',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'The gate code is 7781 =E2=82=AC.',
      '--b--',
      '',
    );
    const document = await read('a.eml', message);
    expect(shown(document)).toEqual([
      'heading: Fwd: Gate',
      'paragraph: See below.',
      'heading: Gate',
      'paragraph: From: Ola <ola@example.com>',
      'paragraph: Ola <ola@example.com> sent this mail with the subject “Gate”.',
      'paragraph: The gate code is 7781 €.',
    ]);
    expect(document.warnings).toEqual([]);
  });

  it('is recognised whatever it is called, and pages that a browser saved are pages', async () => {
    const received = mail(
      'Received: from a by b; 5 Jan 2032',
      'From: a@example.com',
      'Subject: =?utf-8?Q?=C3=9Cbergabe?=',
      '',
      'Noon.',
    );
    expect((await read('mail.txt', received)).title).toBe('Übergabe');
    expect((await read('compose.txt', 'version: "3"\nx-logging: &a\n  driver: none\n')).text).toContain(
      'x-logging',
    );
    const saved = mail(
      'From: <Saved by Blink>',
      'Subject: Page',
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; type="text/html"; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<html><body><p>Gr=C3=B6=C3=9Fe 8</p></body></html>',
      '--b',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      'Content-Location: x.png',
      '',
      'QUJD',
      '--b--',
      '',
    );
    expect(shown(await read('page.mhtml', saved))).toEqual(['heading: Page', 'paragraph: Größe 8']);
  });

  it('of a box keeps paragraphs that begin like the next message', async () => {
    const box =
      'From a@example.com Mon Jan  5 10:00:00 2032\nSubject: One\n\nFirst.\n\nFrom May 2032 on the fee is 12 EUR.\n\nFrom b@example.com Tue Jan  6 10:00:00 2032\nSubject: Two\n\nSecond.\n';
    expect(shown(await read('m.mbox', box))).toEqual([
      'heading: One',
      'paragraph: First.',
      'paragraph: From May 2032 on the fee is 12 EUR.',
      'heading: Two',
      'paragraph: Second.',
    ]);
  });
});
