import { focusOf } from './focus.js';

describe('the kind of answer that a question asks for', () => {
  it.each([
    ['How many bedrooms does the flat have?', 'bedrooms'],
    ['How high is the rent of the flat in Quay Street?', 'rent'],
    ['What is the phone number of the landlord?', 'phone number'],
    ['Who painted the lighthouse?', 'painted'],
    ['Wer hat einen Schlüssel zur Garage?', 'Schlüssel'],
    ['What does Momo eat?', 'eat'],
    ['How loud is the Kestrel 400?', 'loud'],
    ['Wie groß ist die Garage?', 'groß'],
    ['Wie hoch ist die Miete der Garage?', 'Miete'],
    ['Quel est le montant du loyer ?', 'montant'],
    ['¿Quién pintó el faro?', 'pintó'],
    ['rent of the barn', 'rent'],
    ['How much money does the club have?', 'money'],
    ['Which animal is sick?', 'sick'],
    ['Who was absent from the meeting?', 'absent'],
    ["What is the landlord's phone number?", 'phone number'],
    ['Is there a sauna?', 'sauna'],
    ['Gibt es einen Aufzug?', 'Aufzug'],
    ['Does the library have a café?', 'café'],
    ['May I keep a dog in the flat?', 'dog'],
    ['Darf ich einen Hund halten?', 'Hund'],
  ])('%s', (question, asked) => {
    expect(
      focusOf(question)
        ?.terms.map(({ surface }) => surface)
        .join(' '),
    ).toBe(asked);
  });

  it.each([
    'Where are the gaskets?',
    'When is the bridge closed?',
    'price',
    'How much is the tent?',
    'Tell me about the fair.',
  ])('is not told by %s', (question) => {
    expect(focusOf(question)).toBeNull();
  });
});
