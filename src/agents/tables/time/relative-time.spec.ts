import { findRelative } from './relative-time.js';

const today = new Date('2031-03-12T10:00:00Z');

describe('words for a time seen from today', () => {
  it.each([
    ['sales last month', { period: '2031-02' }],
    ['umsatz im letzten monat', { period: '2031-02' }],
    ['ventes du mois dernier', { period: '2031-02' }],
    ['ventas del mes pasado', { period: '2031-02' }],
    ['sales this year', { period: '2031' }],
    ['umsatz im vorigen jahr', { period: '2030' }],
    ['sales yesterday', { period: '2031-03-11' }],
    ['sales last week', { from: '2031-03-03', to: '2031-03-09' }],
    ['sales last quarter', { from: '2030-10', to: '2030-12' }],
    ['sales in the last 3 days', { from: '2031-03-10', to: '2031-03-12' }],
    ['sales of the past 2 months', { from: '2031-01-13', to: '2031-03-12' }],
  ])('are spans of dates: %s', (text, span) => {
    expect(findRelative(text, today)).toMatchObject(span);
  });

  it.each(['the last row', 'the month', 'a mesa'])('are none: %s', (text) => {
    expect(findRelative(text, today)).toBeNull();
  });
});
