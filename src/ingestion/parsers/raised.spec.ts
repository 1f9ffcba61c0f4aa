import { raised, struck } from './raised.js';

describe('superscript and struck words', () => {
  it('are written as they look', () => {
    expect(['6', '-3', 'n', 'st', '()'].map(raised)).toEqual(['⁶', '⁻³', 'ⁿ', 'st', '()']);
    expect(['40 EUR', ' 40\n', ' '].map(struck)).toEqual(['~~40 EUR~~', ' ~~40~~\n', ' ']);
  });

  it('may be long', () => {
    expect(raised(`${'1'.repeat(200_000)}x`)).toHaveLength(200_001);
    expect(struck(`a${' '.repeat(200_000)}b`)).toHaveLength(200_006);
  });
});
