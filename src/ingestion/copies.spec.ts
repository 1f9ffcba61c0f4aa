import { queryTerms } from '../search/terms.js';
import { newestFirst, withoutCopies } from './copies.js';

const passage = (text: string, filename = 'a.md', day = 1) => ({
  id: `${filename} ${day} ${text.slice(0, 10)}`,
  attachmentId: `${filename} ${day}`,
  filename,
  revision: 1,
  page: null,
  heading: null,
  start: 0,
  end: text.length,
  text,
  uploadedAt: new Date(2026, 0, day),
  score: 0.9,
});
const policy = (date: string, limit: number) =>
  `Printed on ${date}. Hotels are paid up to ${limit} euros a night in all cities. Breakfast is included where the hotel
   offers it. Trains are booked in second class, and taxis need a receipt with the route. Footer of the finance team.`;

describe('copies', () => {
  it('count once, with other dates and footers too', () => {
    const copies = ['4 May', '5 May', '6 June'].map((date) => passage(policy(date, 120)));
    expect(withoutCopies(copies, queryTerms('hotel limit per night'))).toEqual([copies[0]]);
  });

  it('are not twins that differ in what is asked for', () => {
    const twins = [passage(policy('4 May', 120)), passage(policy('4 May', 140))];
    expect(withoutCopies(twins, queryTerms('how much for hotels a night'))).toEqual(twins);
  });
});

it('puts the newest file of a name first', () => {
  const [old, other, current] = [
    passage('My pet is called Foo.', 'pets.md', 1),
    passage('Dogs need walks.', 'dogs.md', 1),
    passage('My pet is called Bar.', 'pets.md', 2),
  ];
  expect(newestFirst([old!, other!, current!]).map(({ text }) => text)).toEqual([
    'Dogs need walks.',
    'My pet is called Bar.',
    'My pet is called Foo.',
  ]);
});
