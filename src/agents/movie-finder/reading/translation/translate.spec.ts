import { translate } from './translate.js';

it.each([
  ['Ich suche eine Komödie aus den 80ern', 'German', 'i want a comedy from the 80s'],
  ['ein Film mit einem Hai', 'German', 'a film with a shark'],
  ['einen Krimi vor 1960', 'German', 'a crime before 1960'],
  ['ein Film über eine Zeitreise', 'German', 'a film about a time travel'],
  ['un film italiano di guerra', 'Italian', 'a film italian war'],
  ['kein Horrorfilm bitte, etwas Lustiges', 'German', 'no horror film , something funny'],
  ['je cherche une comédie des années 90', 'French', 'i want a comedy 90s'],
  ['un film avec des dinosaures', 'French', 'a film with dinosaur'],
  ["une histoire d'amour sur un bateau qui coule", 'French', 'love story on a ship who sinks'],
  ['una película de terror de los años 70', 'Spanish', 'a film horror 70s'],
  ["un film d'animazione degli anni novanta", 'Italian', 'a film animated from 90s'],
  ['um filme de guerra antes de 1980', 'Portuguese', 'a film war before 1980'],
])('%s', (message, language, text) =>
  expect(translate(message)).toMatchObject({ language, text, unknown: [] }),
);

it('returns the words that it could not translate', () => {
  expect(translate('ein Film mit einem Staubsauger')?.unknown).toEqual(['staubsauger']);
});

it.each([
  'a film about a man who fights in the war',
  'die hard',
  'la la land',
  'no horror please',
  'un chien andalou is a film I love',
  'shark',
  'hola',
])('%s is left alone', (message) => expect(translate(message)).toBeNull());
