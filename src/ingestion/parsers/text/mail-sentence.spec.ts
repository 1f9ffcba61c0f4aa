import { sentAt, sentenceOf } from './mail-sentence.js';

const mail = (subject: string, text: string) => ({
  from: { name: 'Ada', address: 'ada@example.com' },
  to: [{ name: 'Bo', address: 'bo@example.com' }],
  subject,
  text,
  headers: [],
  headerLines: [],
  attachments: [],
});

describe('the sentence about a mail', () => {
  it('has the date by the clock of the sender', () => {
    const late = sentAt('Fri, 1 Aug 2031 23:30:00 -0700', '2031-08-02T06:30:00.000Z');
    expect(late?.iso).toBe('2031-08-01T23:30:00-07:00');
    expect(sentenceOf(mail('Car park', 'The car park closes at 21:40 for all of us.'), late)).toBe(
      'Ada <ada@example.com> sent this mail to Bo <bo@example.com> on 1 August 2031 at 23:30 UTC-7 with the subject “Car park”.',
    );
    expect(sentAt('Tue, 4 Mar 2031 09:15:00 +0530', '2031-03-04T03:45:00.000Z')).toMatchObject({
      iso: '2031-03-04T09:15:00+05:30',
      zone: 'UTC+5:30',
    });
    expect(sentAt('Tue, 4 Mar 2031 09:15:00 GMT', '2031-03-04T09:15:00.000Z')?.zone).toBe('UTC');
    expect(sentAt('soon', undefined)).toBeNull();
  });

  it.each([
    ['Rückgabe', 'Die Kaution wird in zwei Raten gezahlt.', 'schrieb diese E-Mail an Bo <bo@example.com> am 4. März 2031 um 09:15 UTC+1 mit dem Betreff'], // prettier-ignore
    [
      'Clés',
      'Le dépôt est rendu dans les deux mois.',
      'a envoyé cet e-mail à Bo <bo@example.com> le 4 mars 2031',
    ],
    [
      'Llaves',
      'El depósito se devuelve en dos meses.',
      'envió este correo a Bo <bo@example.com> el 4 de marzo de 2031',
    ],
  ])('is in the language of the mail: %s', (subject, text, expected) => {
    const sent = sentAt('Tue, 4 Mar 2031 09:15:00 +0100', '2031-03-04T08:15:00.000Z');
    expect(sentenceOf(mail(subject, text), sent)).toContain(expected);
  });
});
