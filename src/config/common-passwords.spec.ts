import { isCommonPassword } from './common-passwords.js';

describe('common passwords', () => {
  it.each([
    'password',
    'Password',
    '12345678',
    'iloveyou',
    'ｐａｓｓｗｏｒｄ',
    ' '.repeat(8),
    '\u2003'.repeat(8),
  ])('are refused: %j', (password) => expect(isCommonPassword(password)).toBe(true));

  it.each(['correct horse battery', 'pppppppp', 'Café-Zürich-1', 'test1234'])('%j is none', (password) =>
    expect(isCommonPassword(password)).toBe(false),
  );
});
