import { placedWords, plainWords } from './words.js';

describe('words with their places', () => {
  it.each([
    ['Leave: thirty days', 'leave thirty days'],
    ['HTTP2 503s', 'http2 503s'],
    ['Übergröße, ÉCOLE', 'ubergrosse ecole'],
    ["don't", 'dont'],
    ['TX-204.5', 'tx 204 5'],
    ['黒猫が好き', '黒 猫 が 好 き'],
    ['Docker部署8443', 'docker 部 署 8443'],
    ['한국어', '한 국 어'],
    ['e\u0301a \u00ade', 'ea e'],
    ['\u200b !?', ''],
  ])('of "%s"', (text, words) => {
    expect(
      placedWords(text)
        .map(({ word }) => word)
        .join(' '),
    ).toBe(words);
  });

  it('are positions in the original text', () => {
    const text = '😀 Die Größe 黒猫';
    expect(placedWords(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'Die',
      'Größe',
      '黒',
      '猫',
    ]);
  });
});

describe('plain words', () => {
  it.each([
    ['Amélie, WALL·E', ['amelie', 'wall', 'e']],
    ["Don't look: it's Rosemary's baby", ['dont', 'look', 'its', 'rosemarys', 'baby']],
    ['«Шрек» 2', ['шрек', '2']],
    ['!?', []],
  ])('of "%s"', (text, expected) => {
    expect(plainWords(text)).toEqual(expected);
  });
});
