import { toInquiry } from './question.js';

const paste = Array.from({ length: 60 }, (_, i) => `Line ${i} of a log that somebody has pasted.`).join('\n');

describe('the query', () => {
  it.each([
    ['a question alone', 'Who approves travel?', 'Who approves travel?'],
    ['the question after a paste', `${paste}\n\nWhat does E-77 mean?`, 'What does E-77 mean?'],
    [
      'the question before a paste',
      `What does E-77 mean?\n\n${paste}\n${'x'.repeat(500)}`,
      'What does E-77 mean?',
    ],
  ])('is %s', (_name, message, focus) => {
    expect(toInquiry(message).focus).toBe(focus);
  });

  it('has the words of earlier messages at little weight, each once', () => {
    const { terms } = toInquiry('And the first one?', ['Which German courses are there?']);
    const weights = Object.fromEntries(terms.map(({ surface, weight }) => [surface, weight]));
    expect(weights).toMatchObject({ first: 1, German: 0.15, courses: 0.15 });
  });

  it('has the words of a paste at little weight', () => {
    const { terms } = toInquiry(`${paste}\n\nWhat does E-77 mean?`);
    expect(terms.find(({ surface }) => surface === 'E-77')?.weight).toBe(1);
    expect(terms.find(({ surface }) => surface === 'log')?.weight).toBe(0.15);
  });
});
