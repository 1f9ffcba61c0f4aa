import { readTaste, type Taste } from './taste.js';
import { fold } from './words.js';

const CASES: [text: string, taste: Partial<Omit<Taste, 'rest'>>][] = [
  ['a comedy', { genres: ['Comedy'] }],
  ['something scary', { genres: ['Horror'], moods: ['scary'] }],
  ['a romcom', { genres: ['Romance', 'Comedy'] }],
  ['rom-com', { genres: ['Romance', 'Comedy'] }],
  ['sci fi', { genres: ['Sci-Fi'] }],
  ['a cartoon for the kids', { genres: ['Animation', 'Family'] }],
  ['a dark comedy', { genres: ['Comedy'], moods: ['dark'] }],
  ['an action film', { genres: ['Action'] }],
  ['some war movie', { genres: ['War'] }],
  ['film about a man who fights in the war', {}],
  ['a family gets lost in space', {}],
  ['with a family', {}],
  ['family', { genres: ['Family'] }],
  ['feel-good and funny', { moods: ['feel-good', 'funny'] }],
  ['no horror', { withoutGenres: ['Horror'] }],
  ['no horror or war', { withoutGenres: ['Horror', 'War'] }],
  ["I don't want anything scary", { withoutGenres: ['Horror'], withoutMoods: ['scary'] }],
  ['not too violent', { withoutMoods: ['violent'] }],
  ['less sad', { withoutMoods: ['sad'] }],
  ['no, a comedy', { genres: ['Comedy'] }],
  ['not scary but funny', { withoutGenres: ['Horror'], withoutMoods: ['scary'], moods: ['funny'] }],
  ['anything but a musical', { withoutGenres: ['Musical'] }],
  ['why not a western', { genres: ['Western'] }],
  ['funnier', { genres: ['Comedy'], moods: ['funny'] }],
  ['darker and older', { moods: ['dark'], shifts: ['older'] }],
  ['shorter', { shifts: ['shorter'] }],
];

describe('readTaste', () => {
  it.each(CASES)('%s', (text, taste) => {
    const none = { genres: [], withoutGenres: [], moods: [], withoutMoods: [], shifts: [] };
    const { rest: _, ...read } = readTaste(fold(text));
    const sorted = Object.fromEntries(Object.entries(read).map(([key, value]) => [key, [...value].sort()]));
    const wanted = Object.entries({ ...none, ...taste }).map(([key, value]) => [key, [...value].sort()]);
    expect(sorted).toEqual(Object.fromEntries(wanted));
  });

  it('leaves the rest', () => {
    expect(readTaste('a comedy with a robot').rest).toBe('a with a robot');
  });
});
