import { differencesOf, type Turn } from '../support/dialogues.js';

const HANKS: Turn[] = [
  [
    'something with Tom Hanks',
    'confirmation',
    ['Forrest Gump', 'Saving Private Ryan', 'Toy Story', 'Cast Away'],
  ],
];
const SETTLED: Turn[] = [
  ['the matrix', 'confirmation', ['The Matrix']],
  ['yes', 'qa', ['The Matrix'], /\*\*The Matrix\*\* \(1999\)/],
];

const DIALOGUES: Record<string, Turn[]> = {
  'names the cast where a part is asked for without a film': [
    [
      'Who played Marty McFly?',
      'confirmation',
      ['Back to the Future'],
      /Michael J\. Fox.*but not who plays which part/,
    ],
  ],
  'takes "directed by" as words about a person, not as a part of the story': [
    [
      'movies directed by Ridley Scott',
      'confirmation',
      ['Alien', 'Blade Runner'],
      /^(?!.*nothing with exactly)/,
    ],
  ],
  'offers the best of a time': [['best film of 1999', 'confirmation', ['The Matrix']]],
  'answers from the record': [
    ...SETTLED,
    ['who directed it?', 'qa', ['The Matrix'], /Lana Wachowski and Lilly Wachowski/],
    ['when did it come out and who is in it', 'qa', ['The Matrix'], /1999.*Keanu Reeves/],
    ['is Keanu Reeves in it?', 'qa', ['The Matrix'], /^Yes/],
    ['is Tom Hanks in it?', 'qa', ['The Matrix'], /do not see Tom Hanks/],
    ['is Zebulon Fitzwarren in it?', 'qa', ['The Matrix'], /do not see that name/],
    ['genre?', 'qa', ['The Matrix'], /sci-fi/],
    ['is it scary?', 'qa', ['The Matrix'], /Not that I can tell/],
    ['is it a sci-fi film?', 'qa', ['The Matrix'], /^Yes/],
    ['how is it rated', 'qa', ['The Matrix'], /8\.7/],
    ['imdb link', 'qa', ['The Matrix'], /https:\/\/www\.imdb\.com\/title\/tt/],
    ["what's it about", 'qa', ['The Matrix'], /Morpheus/],
    ['is there a red pill?', 'qa', ['The Matrix'], /red pill/],
  ],
  'says what the catalogue does not know': [
    ...SETTLED,
    ["what's the budget?", 'qa', ['The Matrix'], /do not know/],
    ['did it win any oscars', 'qa', ['The Matrix'], /do not know/],
    ['how long is it?', 'qa', ['The Matrix'], /do not know how long/],
    ['where can I watch it', 'qa', ['The Matrix'], /do not know where/],
    ['is it on netflix?', 'qa', ['The Matrix'], /do not know where/],
    ['how does it end', 'qa', ['The Matrix'], /do not know how things turn out/],
    ['how much did it make at the box office', 'qa', ['The Matrix'], /do not know/],
    ['who plays Neo?', 'qa', ['The Matrix'], /not who plays which part/],
    ['what colour is the cat?', 'qa', ['The Matrix'], /does not tell me that/],
  ],
  'does not make up an IMDb id': [
    ['fargo', 'confirmation', ['Fargo']],
    ['yes', 'qa', ['Fargo']],
    ['imdb id?', 'qa', ['Fargo'], /do not know its IMDb id/],
  ],
  'makes small talk': [
    ...SETTLED,
    ['thanks!', 'qa', ['The Matrix'], /welcome|pleasure/],
    ['great film', 'qa', ['The Matrix'], /Glad|Happy/],
    ['ok', 'qa', ['The Matrix']],
    ['who are you?', 'qa', ['The Matrix'], /Movie Finder/],
    ['bye', 'qa', ['The Matrix'], /[Ee]njoy/],
  ],
  'looks for another one': [
    ...SETTLED,
    ['another one', 'discovery', []],
    ['a western', 'discovery', [], /western/],
  ],
  'looks for something else at once': [
    ...SETTLED,
    ['find me something else, a comedy from the 50s', 'confirmation', ['Some Like It Hot', 'no The Matrix']],
  ],
  'corrects the film': [
    ...SETTLED,
    ['I meant a different film, Alien', 'confirmation', ['Alien', 'no The Matrix']],
  ],
  'goes back to an earlier offer': [
    ...HANKS,
    ['2', 'qa', ['Saving Private Ryan']],
    ['no, I meant the first one', 'qa', ['Forrest Gump']],
  ],
  'finds something like the film settled on': [
    ...SETTLED,
    [
      'something like this but older',
      'confirmation',
      ['The Terminator', 'no The Matrix', 'no Inception'],
      /If you like \*\*The Matrix\*\*/,
    ],
  ],
  'finds others by the same director': [
    ['jaws', 'confirmation', ['Jaws']],
    ['yes', 'qa', ['Jaws']],
    ['other films by the same director?', 'confirmation', ['Jurassic Park', 'no Jaws']],
  ],
  'starts over': [...SETTLED, ['start over', 'discovery', [], /beginning|slate/]],
};

it.each(Object.entries(DIALOGUES))('%s', async (_, turns) => expect(await differencesOf(turns)).toEqual([]));
