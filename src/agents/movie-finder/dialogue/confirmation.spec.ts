import { differencesOf, type Turn } from '../support/dialogues.js';

const HANKS: Turn[] = [
  [
    'something with Tom Hanks',
    'confirmation',
    ['Forrest Gump', 'Saving Private Ryan', 'Toy Story', 'Cast Away'],
  ],
];

const DIALOGUES: Record<string, Turn[]> = {
  'confirms by position': [...HANKS, ['the second one', 'qa', ['Saving Private Ryan']]],
  'confirms by number': [...HANKS, ['2', 'qa', ['Saving Private Ryan']]],
  'confirms by number sign': [...HANKS, ['#3', 'qa', ['Toy Story']]],
  'confirms the last one': [...HANKS, ['last one please', 'qa', ['Cast Away']]],
  'confirms by title with a typo': [...HANKS, ['forest gump', 'qa', ['Forrest Gump']]],
  'confirms by year': [...HANKS, ['the 1995 one', 'qa', ['Toy Story']]],
  'confirms by what happens in it': [...HANKS, ['the one on an island', 'qa', ['Cast Away']]],
  'confirms by person': [
    ['a Spielberg film', 'confirmation', ['Jaws', 'Jurassic Park']],
    ['the one with Tom Hanks', 'qa', ['Saving Private Ryan']],
  ],
  'asks which, when "yes" could be any': [...HANKS, ['yes', 'confirmation', ['Forrest Gump'], /which/i]],
  'asks which, when two fit': [
    ['a Coppola film', 'confirmation', ['The Godfather', 'The Godfather Part II']],
    ['the one with Al Pacino', 'confirmation', ['The Godfather', 'The Godfather Part II'], /1\. .*2\. /s],
  ],
  'asks which, when there is no such number': [...HANKS, ['9', 'confirmation', ['Forrest Gump'], /which/i]],
  'turns one down': [
    ...HANKS,
    ['not the second one', 'confirmation', ['Forrest Gump', 'no Saving Private Ryan'], /leaves|still/],
  ],
  'turns one down by title': [
    ...HANKS,
    ['not Forrest Gump', 'confirmation', ['Toy Story', 'no Forrest Gump']],
  ],
  'turns all down, and does not offer them again': [
    ['recommend me a romcom', 'confirmation', ['Amélie']],
    ['none of these', 'confirmation', ['no Amélie', 'no Pretty Woman']],
    [
      'something else',
      'confirmation',
      ['no Amélie', 'no Groundhog Day'],
      /did not insist|all of those kinds|let go/,
    ],
  ],
  'turns all down with a new wish': [
    ['surprise me', 'confirmation', []],
    ['no, a cartoon about toys', 'confirmation', ['Toy Story']],
  ],
  'takes "yes, I have seen it" for a refusal': [
    ['is it Titanic?', 'confirmation', ['Titanic']],
    ['yes, I have seen it', 'discovery', []],
  ],
  'never offers again what has been seen, keeps to the years, and says when nothing is left': [
    ['a horror film before 1970', 'confirmation', ['Psycho']],
    ['I have already seen that', 'discovery', [], /everything I have|all I had/],
  ],
  'has no list to pick from before films were offered': [['the second one', 'discovery', [], /no list yet/]],
  'says that a title is missing, and offers no strangers': [
    ['Birdman (2014)', 'discovery', [], /Birdman \(2014\).*not in my catalogue/],
    ['movie: bird man', 'discovery', [], /bird man.*not in my catalogue/],
  ],
  'offers a film of another year as another one': [
    [
      'Titanic (1953)',
      'confirmation',
      ['Titanic'],
      /Titanic \(1953\)\*\* is not in my catalogue.*another of that title/,
    ],
  ],
  'takes the older and the newer film of a title': [
    ['the older Solaris', 'confirmation', ['Solaris'], /^(?!.*2002).*1972/s],
    ['the newer Solaris', 'confirmation', ['Solaris'], /^(?!.*1972).*2002/s],
  ],
  'takes "no" to a title': [
    ['is it Titanic?', 'confirmation', ['Titanic']],
    ['no', 'discovery', []],
    ['the other one with DiCaprio', 'confirmation', ['Inception', 'Romeo + Juliet']],
  ],
  'takes another title instead': [
    ...HANKS,
    ['actually I meant Alien', 'confirmation', ['Alien', 'no Toy Story']],
  ],
  'narrows an offer down': [
    ...HANKS,
    ['a war film', 'confirmation', ['Saving Private Ryan', 'no Toy Story']],
  ],
  'keeps an offer when nothing better is found': [
    ...HANKS,
    ['qwertz asdfgh yxcvbn', 'confirmation', ['Forrest Gump', 'Cast Away'], /Still on offer/],
  ],
  'answers about one on offer without settling on it': [
    ...HANKS,
    ['who directed the second?', 'confirmation', ['Forrest Gump', 'Saving Private Ryan'], /Steven Spielberg/],
    ['yes', 'qa', ['Saving Private Ryan']],
  ],
  'answers about all on offer': [
    ['a Coppola film', 'confirmation', ['The Godfather']],
    ['when did they come out?', 'confirmation', ['The Godfather'], /1972.*1974/s],
  ],
  'answers a question that names a film': [
    ['who directed The Shining?', 'confirmation', ['The Shining'], /Stanley Kubrick/],
  ],
};

it.each(Object.entries(DIALOGUES))('%s', async (_, turns) => expect(await differencesOf(turns)).toEqual([]));
