const EVENT = /^BEGIN:V(?:EVENT|TODO)\r?\n([^]*?)^END:V(?:EVENT|TODO)\s*$/gm;
const PROPERTY = /^([A-Z-]+)(?:;[^:\n]*)?:(.*)$/;
const MOMENT = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/;
/** Properties that people ask for, by what a row calls them. */
const NAMES: Record<string, string> = {
  SUMMARY: 'event',
  DTSTART: 'start',
  DTEND: 'end',
  DUE: 'due',
  LOCATION: 'location',
  DESCRIPTION: 'description',
  ORGANIZER: 'organizer',
  ATTENDEE: 'attendee',
};

/** The events of an iCalendar file as rows. Other texts are unchanged. */
export const withEventRows = (text: string): string =>
  text.replace(EVENT, (_, body: string) => {
    const cells = body
      .replaceAll(/\r?\n[ \t]/g, '')
      .split(/\r?\n/)
      .flatMap((line) => {
        const [, name = '', value = ''] = PROPERTY.exec(line) ?? [];
        return NAMES[name] && value ? `${NAMES[name]}: ${shown(value)}` : [];
      });
    return `\n${cells.join('; ')}\n`;
  });

const shown = (value: string) =>
  value
    .replace(
      MOMENT,
      (_, year: string, month: string, day: string, hour?: string, minute?: string, zone = '') =>
        `${year}-${month}-${day}${hour ? ` ${hour}:${minute}${zone && ' UTC'}` : ''}`,
    )
    .replaceAll(/\\n/gi, ' ')
    .replaceAll(/\\([,;\\])/g, '$1')
    .replaceAll(';', ',');
