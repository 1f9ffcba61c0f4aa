import { differencesOf, type Turn } from '../support/dialogues.js';

const DIALOGUES: Record<string, Turn[]> = {
  'says which of two films is older, and talks about either': [
    ['Which is older, Alien or Jaws?', 'confirmation', ['Alien', 'Jaws'], /Jaws.* is older than .*Alien/],
    ['who directed the first one?', 'confirmation', ['Alien'], /Ridley Scott/],
    ['the second one', 'qa', ['Jaws']],
  ],
  'says which is newer or rated higher': [
    ['Is Vertigo newer than Psycho?', 'confirmation', ['Vertigo'], /Psycho.* is newer than .*Vertigo/],
    ['Which is rated higher, Heat or Up?', 'confirmation', [], /8\.3 out of 10/],
  ],
  'says what it does not know of films that are compared': [
    [
      'Which is longer, Titanic or Heat?',
      'confirmation',
      ['Titanic', 'Heat'],
      /of none of these films I know how long/,
    ],
  ],
  'says which of the compared films it does not have': [
    ['Which is older, Alien or Zorro Returns?', 'discovery', [], /no film called \*\*Zorro Returns\*\*/],
  ],
  'compares a film with the one that is talked about': [
    ['Psycho', 'confirmation', ['Psycho']],
    ['yes', 'qa', ['Psycho']],
    ['which is older, this or Vertigo?', 'qa', ['Psycho'], /Vertigo.* is older than .*Psycho/],
    ['and rated higher than Jaws?', 'qa', ['Psycho'], /Psycho.* is rated higher than .*Jaws/],
  ],
  'compares the films on offer, and means the first of them then': [
    ['something with Tom Hanks', 'confirmation', []],
    ['which of these is the oldest?', 'confirmation', [], /Forrest Gump.* is the oldest/],
    ['yes', 'qa', ['Forrest Gump']],
  ],
  'compares and counts in other languages': [
    ['Was ist älter, Alien oder Vertigo?', 'confirmation', ['Alien'], /Vertigo.* is older than .*Alien/],
    ['¿Cuántas películas tienes?', 'confirmation', [], /I have \d\d films in my catalogue/],
    [
      'Wie viele Filme von Stanley Kubrick hast du?',
      'confirmation',
      ['The Shining'],
      /I have 4 films for that/,
    ],
    ['Combien de films avez-vous ?', 'confirmation', [], /I have \d\d films in my catalogue/],
  ],
  'answers yes or no about years': [
    ['was Psycho made before 1965?', 'confirmation', ['Psycho'], /Yes, .*1960/],
    ['is Alien from the 80s?', 'confirmation', ['Alien'], /No, .*1979/],
  ],
  'does not know about the lives of people': [
    ['how old is Tom Hanks?', 'discovery', [], /only help with films/],
  ],
  'leaves people out by their whole names': [['without Tom Hanks', 'discovery', [], /^(?!.*no tom)/]],
  'counts films': [
    ['how many films do you have?', 'discovery', [], /I have \d\d films in my catalogue/],
    ['how many films by Kubrick do you have?', 'confirmation', ['The Shining'], /I have 4 films for that/],
    ['how many of them are horror films?', 'confirmation', [], /1 of the 4 .*The Shining/],
    ['how many westerns are there?', 'confirmation', [], /I have no films for that/],
  ],
  'does not count by story': [
    ['how many films about a shark do you have?', 'confirmation', ['Jaws'], /cannot count/],
  ],
  'finds by rating': [
    ['films rated above 9.1', 'confirmation', ['The Godfather', 'no The Godfather Part II']],
    ['rated below 7', 'confirmation', ['Romeo + Juliet', 'no The Godfather']],
  ],
  'does not count what happens in films': [
    ['something with Tom Hanks', 'confirmation', []],
    ['how many of them are about sharks?', 'confirmation', [], /cannot count/],
    ['Jaws', 'confirmation', ['Jaws']],
    ['yes', 'qa', ['Jaws']],
    ['how many songs are in the film?', 'qa', ['Jaws'], /^(?!.*films for that)/],
  ],
  'does not compare people': [
    ['who is younger, Zed Pitt or Zoe Cruise?', 'discovery', [], /^(?!.*no film called)/],
  ],
  'sorts by age': [
    ['what is the oldest film you have?', 'confirmation', ['Vertigo'], /Vertigo.* is the oldest/],
    ['the newest film by Kubrick', 'confirmation', ['The Shining'], /The Shining.* is the newest/],
    ['what is the longest film?', 'confirmation', [], /I cannot tell/],
  ],
  'shows all of a kind when asked for them': [
    ['do you have any musicals?', 'confirmation', ['The Lion King', 'La La Land']],
  ],
  'knows who made another film': [
    ['something by the director of Jaws', 'confirmation', ['Jurassic Park', 'no Alien']],
    ['a film with the star of Cast Away', 'confirmation', ['Forrest Gump', 'no Jurassic Park']],
    ['Did Ridley Scott direct Alien?', 'confirmation', ['Alien'], /Yes, Ridley Scott directed/],
    ['was Tom Hanks in Heat?', 'confirmation', ['Heat'], /do not see Tom Hanks/],
    ['yes', 'qa', ['Heat']],
    ['who directed Jaws?', 'qa', ['Heat'], /Jaws.*Steven Spielberg/],
    ['what other films from 1994 do you have?', 'confirmation', ['Pulp Fiction', 'no Heat']],
  ],
  'goes on with the director of the film': [
    ['Psycho', 'confirmation', ['Psycho']],
    ['yes', 'qa', ['Psycho']],
    ['what else did he make?', 'confirmation', ['Vertigo', 'no Psycho']],
    ['the first one', 'qa', ['Vertigo']],
    ['something by the same director', 'discovery', [], /everything I have for that .with Alfred Hitchcock/],
  ],
  'says when all films of a description were rejected': [
    ['a film about a great white shark from the 70s', 'confirmation', ['Jaws']],
    ['seen it', 'discovery', []],
    ['another one', 'discovery', [], /everything I have for that/],
  ],
  'takes the occasion for no story': [
    ['a funny film from the 80s for a rainy sunday', 'confirmation', ['Airplane!', 'no Blade Runner']],
    ['start over', 'discovery', []],
    ['a film from the 90s for my 6 year old', 'confirmation', ['Toy Story', 'no Pulp Fiction']],
  ],
};

it.each(Object.entries(DIALOGUES))('%s', async (_, turns) => {
  expect(await differencesOf(turns)).toEqual([]);
});
