import { differencesOf, type Turn } from '../../support/dialogues.js';
import { translate } from './translate.js';

it.each([
  ['Ja, der ist es', 'yes'],
  ['Nein, etwas anderes bitte', 'no , another one'],
  ['Den kenne ich schon', 'i have already seen it'],
  ['schon gesehen', 'i have already seen it'],
  ['Wer ist der Regisseur?', 'who directed it ?'],
  ['Wann kam er heraus?', 'when did it come out ?'],
  ['Wer spielt die Ripley?', 'who plays ripley ?'],
  ['das zweite', 'the second one'],
  ['Oui !', 'yes'],
  ["Je l'ai déjà vu", 'i have already seen it'],
  ['qui joue Salieri ?', 'who plays salieri ?'],
  ['De quoi parle le film ?', 'what is it about ?'],
  ["Qui l'a réalisé ?", 'who directed it ?'],
  ['un autre', 'another one'],
  ['le troisième', 'the third one'],
  ['sí', 'yes'],
  ['ya la vi', 'i have already seen it'],
  ['no, otra', 'no , another one'],
  ['¿Quién la dirigió?', 'who directed it ?'],
  ['¿De qué trata?', 'what is it about ?'],
  ["l'ho già visto", 'i have already seen it'],
  ['Di cosa parla?', 'what is it about ?'],
  ['il secondo', 'the second one'],
  ['já vi', 'i have already seen it'],
  ['Quem dirigiu?', 'who directed it ?'],
  ['outro', 'another one'],
  ['¿Quién dirigió Psycho?', 'who directed psycho ?'],
  ['Qui a réalisé Alien ?', 'who directed alien ?'],
  ['Wer hat Heat gedreht?', 'who directed heat ?'],
  ['Wann kam Jaws heraus?', 'when did jaws come out ?'],
  ['quanto dura Titanic?', 'how long is titanic ?'],
  ['Quem atua em Parasite?', 'who is in parasite ?'],
  ['Wie wird das Wetter morgen?', 'what is the weather ?'],
  ['Quelle heure est-il ?', 'what time is it ?'],
])('%s', (message, text) => expect(translate(message)).toMatchObject({ text, unknown: [] }));

it.each(['no', 'the second one', 'second', 'who plays Neo?', 'yes', 'Up', 'Das Boot'])(
  '%s is left alone',
  (message) => expect(translate(message)).toBeNull(),
);

const MATRIX: Turn = ['the matrix', 'confirmation', ['The Matrix']];
const DIALOGUES: Record<string, Turn[]> = {
  German: [
    MATRIX,
    ['ja', 'qa', ['The Matrix']],
    ['Wer ist der Regisseur?', 'qa', ['The Matrix'], /Wachowski/],
    ['Wann kam er heraus?', 'qa', ['The Matrix'], /1999/],
  ],
  French: [
    MATRIX,
    ['oui', 'qa', ['The Matrix']],
    ['de quoi parle le film ?', 'qa', ['The Matrix'], /Morpheus/],
  ],
  Spanish: [MATRIX, ['sí', 'qa', ['The Matrix']], ['¿Quién la dirigió?', 'qa', ['The Matrix'], /Wachowski/]],
};

it.each(Object.keys(DIALOGUES))('a dialogue in %s is carried on', async (language) => {
  expect(await differencesOf(DIALOGUES[language]!)).toEqual([]);
});
