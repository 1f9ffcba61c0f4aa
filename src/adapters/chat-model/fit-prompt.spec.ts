import * as fc from 'fast-check';
import type { ChatTurn } from './chat-model.js';
import { digest } from './offline/digest.js';
import { fitPrompt, promptTokens } from './fit-prompt.js';

const talk = (...contents: string[]): ChatTurn[] =>
  contents.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content }));
const base = { instructions: 'Be brief.', message: 'What is my name?' };

describe('a prompt for a small model', () => {
  it('is the same when there is room for all of it', () => {
    const prompt = {
      ...base,
      history: talk('My name is Zelda.', 'Hello.'),
      passages: [{ title: 'A', text: 'B' }],
    };
    expect(fitPrompt(prompt, 10_000)).toEqual(prompt);
  });

  it('keeps the newest turns, and statements of the user about themselves of the others', () => {
    const history = talk(
      'My name is Zelda. Look at the sky.',
      'y'.repeat(4_000),
      'newer',
      'z'.repeat(400),
      'newest',
      'yes',
    );
    const { history: kept, earlier, message } = fitPrompt({ ...base, history }, 700);
    expect(kept.map(({ content }) => content)).toEqual(['newer', 'z'.repeat(400), 'newest', 'yes']);
    expect(earlier).toContain('My name is Zelda.');
    expect(message).toBe(base.message);
  });

  it('leaves out the last passages first, and never the message', () => {
    const passages = [1, 2, 3].map((n) => ({ title: `${n}`, text: 'x'.repeat(1_000) }));
    const fitted = fitPrompt({ ...base, history: [], passages }, 1_200);
    expect(fitted.passages?.map(({ title }) => title)).toEqual(['1', '2']);
    const long = { ...base, message: 'm'.repeat(9_000), history: talk('a', 'b'), passages };
    expect(fitPrompt(long, 700)).toMatchObject({ message: long.message, history: [], passages: [] });
  });

  it('has as much of a summary as there is room for beside the message', () => {
    const summary = 'What was said. '.repeat(100);
    const prompt = { instructions: 'Be brief.', history: [], message: 'x'.repeat(3_500), summary };
    expect(fitPrompt(prompt, 3_000).summary).toBe(summary);
    const cut = fitPrompt(prompt, 1_500);
    expect(cut.summary).toMatch(/^What was said\./);
    expect(promptTokens(cut)).toBeLessThanOrEqual(1_500);
    expect(fitPrompt(prompt, 1_000)).toEqual({ ...prompt, summary: undefined });
  });

  it('fits, begins with a question and ends with an answer, whatever it is made of', () => {
    const content = fc.string({ minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(
        fc.array(content, { maxLength: 30 }),
        fc.integer({ min: 400, max: 4_000 }),
        (contents, budget) => {
          const history = talk(...(contents.length % 2 ? contents.slice(1) : contents));
          const fitted = fitPrompt({ ...base, history }, budget);
          expect(promptTokens(fitted)).toBeLessThanOrEqual(budget + 10);
          expect(fitted.history[0]?.role ?? 'user').toBe('user');
          expect(history.slice(history.length - fitted.history.length)).toEqual(fitted.history);
        },
      ),
    );
  });
});

describe('earlier messages that are kept', () => {
  it('has statements about the user and those related to the question, in their order', () => {
    const earlier = [
      'Is it cold? I live in Ulm.',
      'The red balloon flies over the town.',
      'Ja, ich heiße Anna.',
      'ok',
      'Nice weather.',
    ];
    expect(digest(earlier, 'Where does the balloon fly?', 30)).toEqual([
      'I live in Ulm.',
      'The red balloon flies over the town.',
      'Ja, ich heiße Anna.',
    ]);
  });

  it('is nothing where there is no room', () => {
    expect(digest(['I live in Ulm.'], 'x', 0)).toEqual([]);
  });
});
