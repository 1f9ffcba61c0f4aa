import type { Address, Email } from 'postal-mime';
import { detectLanguage } from '../../../search/languages.js';
import { plainWords } from '../../../search/words.js';

/** When a mail was sent, by the clock of its sender. */
export interface SentAt {
  /** As in `2031-08-01T23:30:00-07:00`. */
  iso: string;
  /** That clock's time, as if it were UTC: for formatting. */
  local: Date;
  /** As in `UTC−7`; `UTC` where the mail does not tell. */
  zone: string;
}

/** What the sentence about a mail is made of, by language. */
interface Wording {
  locale: string;
  sent: string;
  to: string;
  copy: string;
  on: string;
  subject: string;
}

const ENGLISH: Wording = { locale: 'en-GB', sent: 'sent this mail', to: 'to', copy: 'with a copy to', on: 'on', subject: 'with the subject' }; // prettier-ignore
const WORDINGS: Partial<Record<string, Wording>> = {
  de: { locale: 'de-DE', sent: 'schrieb diese E-Mail', to: 'an', copy: 'mit Kopie an', on: 'am', subject: 'mit dem Betreff' },
  fr: { locale: 'fr-FR', sent: 'a envoyé cet e-mail', to: 'à', copy: 'avec copie à', on: 'le', subject: 'avec pour objet' },
  es: { locale: 'es-ES', sent: 'envió este correo', to: 'a', copy: 'con copia a', on: 'el', subject: 'con el asunto' },
  it: { locale: 'it-IT', sent: 'ha inviato questa e-mail', to: 'a', copy: 'in copia a', on: 'il', subject: 'con oggetto' },
  pt: { locale: 'pt-PT', sent: 'enviou este e-mail', to: 'para', copy: 'com cópia para', on: 'em', subject: 'com o assunto' },
  nl: { locale: 'nl-NL', sent: 'stuurde deze e-mail', to: 'aan', copy: 'met een kopie aan', on: 'op', subject: 'met als onderwerp' },
}; // prettier-ignore

const OFFSET = /\s([+-])(\d{2}):?(\d{2})\b/;

/** @param header the line of the mail, with the sender's offset @param date the same in UTC */
export function sentAt(header: string, date: string | undefined): SentAt | null {
  const at = new Date(date ?? header);
  if (Number.isNaN(at.getTime())) return null;
  const [, sign = '+', hours = '00', minutes = '00'] = OFFSET.exec(header) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const local = new Date(at.getTime() + offset * 60_000);
  const iso = local.toISOString().replace(/\.\d+Z$/, '');
  if (offset === 0) return { iso: `${iso}Z`, local, zone: 'UTC' };
  const half = minutes === '00' ? '' : `:${minutes}`;
  return { iso: `${iso}${sign}${hours}:${minutes}`, local, zone: `UTC${sign}${Number(hours)}${half}` };
}

/** What the head of a mail says, in its language, for questions such as "Who sent it?"; empty without a sender. */
export function sentenceOf({ from, to = [], cc = [], subject, text }: Email, sent: SentAt | null): string {
  if (!from) return '';
  const code = detectLanguage(plainWords(`${subject ?? ''}\n${text ?? ''}`))?.code ?? 'en';
  const { locale, ...words } = WORDINGS[code] ?? ENGLISH;
  const people = (list: readonly Address[]) =>
    new Intl.ListFormat(locale).format(list.map(shown).filter(Boolean));
  const when = sent?.local.toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return [
    `${shown(from)} ${words.sent}`,
    to.length > 0 && `${words.to} ${people(to)}`,
    cc.length > 0 && `${words.copy} ${people(cc)}`,
    sent && `${words.on} ${when} ${sent.zone}`,
    subject && `${words.subject} “${subject}”`,
  ]
    .filter(Boolean)
    .join(' ')
    .concat('.');
}

/** A person of a mail, as in `Ada <ada@example.com>`. */
export const shown = ({ name, address }: Address): string =>
  name && address ? `${name} <${address}>` : name || address || '';
