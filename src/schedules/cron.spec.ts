import { isCron, isTimeZone, nextTime } from './cron.js';

describe('cron expressions', () => {
  it.each(['* * * * *', '*/15 8-18 * * 1-5', '0 9 * * MON', '30 6 1,15 * *', '0 0 29 2 *', '0 9 L * *'])(
    'accepts %s',
    (cron) => expect(isCron(cron)).toBe(true),
  );

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '0 0 30 2 *',
    'H * * * *',
    'H/5 * * * *',
    '@daily',
    'every day at noon',
    ' * * * * *',
  ])('refuses "%s"', (cron) => expect(isCron(cron)).toBe(false));

  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Mars/Olympus', false],
    ['+02:00', false],
    ['', false],
  ])('knows whether %s is a time zone', (name, known) => expect(isTimeZone(name)).toBe(known));

  it('reads the expression in its zone, on both sides of a change of the clocks', () => {
    const next = (after: string) => nextTime('0 9 * * *', 'Europe/Berlin', new Date(after))?.toISOString();
    expect(next('2026-03-28T00:00:00Z')).toBe('2026-03-28T08:00:00.000Z');
    expect(next('2026-03-28T08:00:00Z')).toBe('2026-03-29T07:00:00.000Z');
  });
});
