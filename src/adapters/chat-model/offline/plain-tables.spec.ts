import { withEventRows } from './calendar-events.js';
import { toUnits } from './units.js';

const texts = (text: string) => toUnits(text, '', 0).map((unit) => unit.text);

it('quotes a line of a menu as a name and its price', () => {
  expect(texts('STARTERS\nLeek soup ........... 7,50 €\nPea salad . . . . . . 8 €')).toEqual(
    expect.arrayContaining(['Leek soup: 7,50 €', 'Pea salad: 8 €']),
  );
});

it('quotes a line of columns with their names, and a sum by its own', () => {
  const bill = [
    'Item              Count     Price',
    'Window cleaning   2         85.00 EUR',
    'Garden care       1         41.50 EUR',
    '',
    'Total net                   211.50 EUR',
  ].join('\n');
  expect(texts(bill)).toEqual(
    expect.arrayContaining([
      'Item: Window cleaning; Count: 2; Price: 85.00 EUR',
      'Item: Garden care; Count: 1; Price: 41.50 EUR',
      'Total net: 211.50 EUR',
    ]),
  );
});

it('keeps the lines of an unmarked list apart, and those of a wrapped sentence together', () => {
  expect(texts('200 g flour\n1 tsp baking powder\n90 g butter')).toEqual([
    '200 g flour',
    '1 tsp baking powder',
    '90 g butter',
  ]);
  expect(texts('The shop is closed\nfrom June to August.')).toEqual([
    'The shop is closed from June to August.',
  ]);
});

it('quotes an event of a calendar as one row', () => {
  const event = [
    'BEGIN:VEVENT',
    'UID:4@example.com',
    'SUMMARY:Spring concert',
    'DTSTART;TZID=Europe/Paris:20260412T183000',
    'LOCATION:Town hall\\, Great Room',
    'END:VEVENT',
  ].join('\n');
  expect(withEventRows(event).trim()).toBe(
    'event: Spring concert; start: 2026-04-12 18:30; location: Town hall, Great Room',
  );
});

it('quotes a bold label with its value, also before a sentence', () => {
  expect(
    texts('**Reception:** 4000\n**Works council:** room 2.14\n\nThe car park is behind the house.'),
  ).toContain('Works council: room 2.14');
});

it('quotes no salutation', () => {
  expect(texts('Dear Ms Novak,\n\nyour parcel has arrived.\n\nKind regards\nPavel')).not.toContain(
    'Dear Ms Novak,',
  );
});
