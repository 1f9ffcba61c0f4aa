import { answerTest } from './answer-kind.js';

describe('the kind of answer that a question asks for', () => {
  it.each([
    ['When does the garage close?', 'It closes at 22:00.', 'It closes early.'],
    ['Wann beginnt der Kurs?', 'Er beginnt im März.', 'Er beginnt bald.'],
    ['How much is the deposit?', 'The deposit is 90 EUR.', 'The deposit is three rents.'],
    ['How many rents are due?', 'The deposit is three rents.', 'A deposit is due.'],
    ['Was kostet der Kurs?', 'Er kostet 85 Euro.', 'Er hat drei Teile.'],
    ['Combien coûte le cours ?', 'Il coûte 40 euros.', 'Il est cher.'],
    ['Who signs the form?', 'It is signed by Ada Byron.', 'It is signed by the office.'],
  ])('%s', (question, answer, other) => {
    const holds = answerTest(question)!;
    expect([holds(answer), holds(other)]).toEqual([true, false]);
  });

  it('is none in particular for most questions', () => {
    expect(answerTest('What is the policy on bicycles?')).toBeNull();
  });
});
