/** A span of time as dates: from the first day to the last, or one that is named by its beginning. */
export interface Span {
  at: number;
  end: number;
  /** `2031-02`, `2031` or `2031-02-03`, where one prefix says it. */
  period?: string;
  from?: string;
  to?: string;
}

const LAST = 'last|previous|past|letzte[nrms]?|vorige[nrms]?|vergangene[nrms]?';
const THIS = 'this|the current|current|diese[nrms]?|aktuelle[nrms]?|laufende[nrms]?';
const NEXT = 'next|nachste[nrms]?|kommende[nrms]?';
const UNIT = 'weeks?|months?|quarters?|years?|woche|monat|quartal|jahr';
const BEFORE = new RegExp(`\\b(?:(?:the |im |in |in the )?)(${LAST}|${THIS}|${NEXT})\\s+(${UNIT})\\b`);
const COUNTED = new RegExp(
  `\\b(?:the |den )?(?:${LAST})\\s+(\\d{1,3})\\s+(days?|weeks?|months?|years?|tagen?|wochen|monaten?|jahren?)\\b`,
);
/** French, Spanish, Italian and Portuguese have the adjective behind. */
const BEHIND =
  /\b(?:(ce|cette|este|esta|questo|questa|quest['’])\s*(mois|annee|an|mes|ano|mese|anno|semaine|semana|settimana)|(?:le |l['’]|la |el |il |lo |a |o |no |na )?(mois|annee|an|mes|ano|mese|anno|semaine|semana|settimana)\s+(?:derni\w+|pasad[oa]|passad[oa]|scors[oa]))\b/;
const DAY = /\b(today|yesterday|heute|gestern|hier|aujourd['’]hui|hoy|ayer|oggi|ieri|hoje|ontem)\b/;
const YESTERDAY = new Set(['yesterday', 'gestern', 'hier', 'ayer', 'ieri', 'ontem']);

/** The span that words such as `last month` name on a day; null without such words. */
export function findRelative(text: string, today: Date): Span | null {
  const counted = COUNTED.exec(text);
  if (counted) return { ...placeOf(counted), ...since(today, Number(counted[1]), counted[2]!) };
  const before = BEFORE.exec(text);
  if (before) {
    const [, which = '', unit = ''] = before;
    const offset = new RegExp(`^(?:${LAST})$`).test(which)
      ? -1
      : Number(new RegExp(`^(?:${NEXT})$`).test(which));
    return { ...placeOf(before), ...shifted(today, unit, offset) };
  }
  const behind = BEHIND.exec(text);
  if (behind) return { ...placeOf(behind), ...shifted(today, behind[2] ?? behind[3]!, behind[2] ? 0 : -1) };
  const day = DAY.exec(text);
  if (!day) return null;
  return { ...placeOf(day), period: dayOf(addDays(today, YESTERDAY.has(day[1]!) ? -1 : 0)) };
}

const placeOf = ({ index, 0: words }: RegExpExecArray) => ({ at: index, end: index + words.length });
const dayOf = (date: Date) => date.toISOString().slice(0, 10);
const addDays = (date: Date, days: number) => new Date(date.getTime() + days * 86_400_000);
const addMonths = (date: Date, months: number) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));

function shifted(today: Date, unit: string, offset: number): Pick<Span, 'period' | 'from' | 'to'> {
  if (/^(?:week|woche|sem|sett)/.test(unit)) {
    const monday = addDays(today, offset * 7 - ((today.getUTCDay() + 6) % 7));
    return { from: dayOf(monday), to: dayOf(addDays(monday, 6)) };
  }
  if (unit.startsWith('qu')) {
    const first = addMonths(today, offset * 3 - (today.getUTCMonth() % 3));
    return { from: dayOf(first).slice(0, 7), to: dayOf(addMonths(first, 2)).slice(0, 7) };
  }
  if (unit.startsWith('m')) return { period: dayOf(addMonths(today, offset)).slice(0, 7) };
  return { period: String(today.getUTCFullYear() + offset) };
}

/** Counts back from today, which is included. */
function since(today: Date, count: number, unit: string): Pick<Span, 'from' | 'to'> {
  const to = dayOf(today);
  if (/^[dt]/.test(unit)) return { from: dayOf(addDays(today, 1 - count)), to };
  if (unit.startsWith('w')) return { from: dayOf(addDays(today, 1 - count * 7)), to };
  const months = unit.startsWith('m') ? count : count * 12;
  const start = new Date(today);
  start.setUTCMonth(start.getUTCMonth() - months);
  return { from: dayOf(addDays(start, 1)), to };
}
