import { answerTest, roleTest, isCountOf } from './answer-kind.js';

describe('a count', () => {
  it.each([
    ['apprentices', 'We have 94 apprentices.', true],
    ['beds', 'Beds: 2; Price: 88', true],
    ['employees', 'Every employee has 29 days of holiday.', false],
  ])('of %s: %s', (word, text, expected) => expect(isCountOf(word, text)).toBe(expected));
});

describe('the kind of answer that a question asks for', () => {
  it.each([
    ['When does the garage close?', 'It closes at 22:00.', 'It closes early.'],
    ['When is breakfast?', 'Breakfast is from seven.', 'There are clocks from five centuries.'],
    ['Wann beginnt der Kurs?', 'Er beginnt im März.', 'Er beginnt bald.'],
    ['How much is the deposit?', 'The deposit is 90 EUR.', 'The deposit is three rents.'],
    ['How many rents are due?', 'The deposit is three rents.', 'A deposit is due.'],
    ['How much is the battery?', 'A new battery costs €549.', 'Battery: 504 Wh, since 8 June 2025'],
    ['What is the policy number?', 'Policy HH-77120', 'It is renewed on 1 October 2026.'],
    ['Was kostet der Kurs?', 'Er kostet 85 Euro.', 'Er hat drei Teile.'],
    ['Combien coûte le cours ?', 'Il coûte 40 euros.', 'Il est cher.'],
    ['Who signs the form?', 'It is signed by Ada Byron.', 'It is signed by the office.'],
    ['Which email do I write to?', 'Write to pay@example.com.', 'Write to the office.'],
    ['Welche Mailadresse gilt?', 'Es gilt pay@example.com.', 'Es gilt die alte.'],
    ['Which number do I call?', 'Call 555-0133.', 'Call the desk.'],
    ['Please say when it closes.', 'It closes at noon.', 'It closes early.'],
    ['Who do I call when I lose it?', 'Call Ada.', 'Call in March.'],
    ['When I lose it, who do I call?', 'Call Ada.', 'Call in March.'],
  ])('%s', (question, answer, other) => {
    const holds = answerTest(question)!;
    expect([holds(answer), holds(other)]).toEqual([true, false]);
  });

  it.each([
    ['Den Kurs leitet Sabine Köhler.', 'Im Kurs wird Ton aus dem Westerwald verwendet.'],
    ['Die Leitung hat Frau Petersen.', 'Die Leitung hat das Büro im Erdgeschoss.'],
    ['Max Ernst von der Heide gibt den Kurs.', 'Der Töpferkurs beginnt Ende März.'],
    ['Ayşe Yılmaz ist zuständig.', 'Der Ofen ist am Freitag an.'],
    ['Zuständig ist Dr. Öztürk.', 'Zuständig ist die Verwaltung der Schule.'],
  ])('is a person where the noun has a capital as well: %s', (answer, other) => {
    const holds = answerTest('Wer leitet den Kurs?')!;
    expect([holds(answer), holds(other)]).toEqual([true, false]);
  });

  it('is not the text of the question itself', () => {
    const makes = answerTest('Who makes Noravil?')!;
    expect([makes('Noravil may make you drowsy.'), makes('It is made by Brennweld in Basel.')]).toEqual([
      false,
      true,
    ]);
    const total = answerTest('How much is the total of invoice 4471?')!;
    expect([total('Invoice 4471 is attached.'), total('Total: 1,998')]).toEqual([false, true]);
    const often = answerTest('How often are windows cleaned?')!;
    expect([often('Windows are cleaned quarterly.'), often('Windows are cleaned.')]).toEqual([true, false]);
  });

  it.each([
    'What is the policy on bicycles?',
    'What do I do when I lose my laptop?',
    'How do I know when a battery is empty?',
    'When I lose my laptop, what do I do?',
    'Was mache ich, wenn ich weiß, wer es war?',
    'Que faire quand je perds ma clé ?',
    'Quand je perds ma clé, que dois-je faire ?',
    '¿Qué hago cuando pierdo la llave?',
    'Cosa faccio quando perdo la chiave?',
  ])('is none in particular for %s', (question) => {
    expect(answerTest(question)).toBeNull();
  });
});

describe('a date', () => {
  const holds = answerTest('When is it due?')!;
  it.each([
    'It is due on the first day of each month.',
    'Payment: 21 days from the invoice date.',
    'At 9:15.',
    'Um 9.15 Uhr.',
  ])('is in %s', (text) => {
    expect(holds(text)).toBe(true);
  });

  it('is no amount', () => {
    expect(holds('Total due £1,998.00')).toBe(false);
    expect(holds('Due: 12.50')).toBe(false);
  });
});

describe('who has a role', () => {
  it.each([
    ['Who is the landlord?', 'Between Vera Blom (landlord) and Otto Falk (tenant).'],
    ['Who is the treasurer?', 'Treasurer: Vera Blom'],
    ['Wer ist der Hausmeister?', 'Der Hausmeister ist Otto Falk.'],
  ])('%s', (question, sentence) => {
    expect(roleTest(question)?.(sentence)).toBe(true);
  });

  it('is not said by what they do', () => {
    expect(roleTest('Who is the landlord?')?.('The landlord lets the flat at 9 Mill Row, Port Ellery.')).toBe(
      false,
    );
  });
});
