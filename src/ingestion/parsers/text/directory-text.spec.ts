import { unfolded } from './directory-text.js';

describe('calendars and address cards', () => {
  it('have words that are folded whole, and signs as they are meant', () => {
    const event =
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Board on the ver\r\n y long budget\\, part 2\\nBring tea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
    expect(unfolded(event)).toContain(
      'SUMMARY:Board on the very long budget, part 2 Bring tea\r\nEND:VEVENT',
    );
  });

  it('have names in quoted-printable decoded', () => {
    const card =
      'BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6=\nrg\nTEL;CELL:+49 170 555\nEND:VCARD\n';
    expect(unfolded(card)).toBe('BEGIN:VCARD\nVERSION:2.1\nN:Müller;Jörg\nTEL;CELL:+49 170 555\nEND:VCARD\n');
  });

  it('have backslashes before letters', () => {
    expect(unfolded('BEGIN:VCARD\nNOTE:C:\\\\new\\nfiles')).toBe('BEGIN:VCARD\nNOTE:C:\\new files');
  });

  it('are no other texts', () => {
    const text = 'A list\\, of things\n and more';
    expect(unfolded(text)).toBe(text);
  });
});
