import { windowAt } from './period.js';

describe('the period of a budget', () => {
  it.each([
    ['day', '2026-11-30T23:59:59.999Z', '2026-11-30T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['week', '2026-11-29T12:00:00.000Z', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['week', '2026-11-30T00:00:00.000Z', '2026-11-30T00:00:00.000Z', '2026-12-07T00:00:00.000Z'],
    ['week', '2027-01-01T10:00:00.000Z', '2026-12-28T00:00:00.000Z', '2027-01-04T00:00:00.000Z'],
    ['month', '2028-02-29T10:00:00.000Z', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
    ['month', '2026-12-31T23:00:00.000Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ] as const)('%s at %s begins at %s and ends at %s', (period, now, start, end) => {
    const { startsAt, endsAt } = windowAt(period, new Date(now));
    expect([startsAt.toISOString(), endsAt?.toISOString()]).toEqual([start, end]);
  });

  it('never ends for a total', () => {
    const [first, second] = ['2026-01-01', '2030-06-01'].map((date) => windowAt('total', new Date(date)));
    expect(first).toEqual(second);
    expect(first!.endsAt).toBeNull();
  });
});
