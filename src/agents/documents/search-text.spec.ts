import { toSearchText } from './search-text.js';

const history = [
  { role: 'user', content: 'How long is parental leave?' },
  { role: 'assistant', content: 'Ten days.' },
] as const;

describe('what is searched for', () => {
  it.each([
    ['And for part-timers?', 'How long is parental leave?\nAnd for part-timers?'],
    ['Who pays for it?', 'How long is parental leave?\nWho pays for it?'],
    ['Who approves travel by train?', 'Who approves travel by train?'],
  ])('%s', (message, text) => {
    expect(toSearchText(message, history)).toBe(text);
  });

  it('is the message alone at first', () => {
    expect(toSearchText('And for part-timers?', [])).toBe('And for part-timers?');
  });
});
