import * as fc from 'fast-check';
import { ThinkTags } from './think-tags.js';

function read(pieces: readonly string[], { startsInside = false, isWhole = true } = {}) {
  const tags = new ThinkTags(startsInside);
  let [text, thought] = ['', ''];
  for (const piece of pieces) {
    const shown = tags.push(piece);
    if (tags.takeRetraction()) text = '';
    text += shown;
    thought += tags.takeReasoning();
  }
  text += tags.end(isWhole);
  return { text, thought: thought + tags.takeReasoning(), isThinking: tags.isThinking, tags };
}

describe('thinking in the text of an answer', () => {
  it.each([
    ['<think>Let me see</think>\n\nParis.', 'Paris.', 'Let me see'],
    ['\n <THINK>hm</Think>Paris.', 'Paris.', 'hm'],
    ['<thinking>hm</thinking> Paris.', 'Paris.', 'hm'],
    ['[THINK]hm[/THINK]Paris.', 'Paris.', 'hm'],
    ['◁think▷hm◁/think▷Paris.', 'Paris.', 'hm'],
    [
      '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Paris.',
      'Paris.',
      'hm<|end|><|start|>assistant',
    ],
    ['<think>a</think><think>b</think>Paris.', 'Paris.', 'ab'],
    ['Well. <think>hm</think>Paris.', 'Well. Paris.', 'hm'],
    ['OK</think>Paris.', 'Paris.', 'OK'],
    ['Let me\nsee\n</think>\n\nParis.', 'Paris.', 'Let me\nsee\n'],
    ['<think></think>Paris.', 'Paris.', ''],
  ])('%j is taken out, however it is cut', (whole, text, thought) => {
    const cuts = fc.array(fc.nat(whole.length));
    fc.assert(
      fc.property(cuts, (at) => {
        const edges = [0, ...at.sort((a, b) => a - b), whole.length];
        const pieces = edges.slice(1).map((edge, i) => whole.slice(edges[i], edge));
        expect(read(pieces)).toMatchObject({ text, thought, isThinking: false });
      }),
    );
  });

  it.each([
    'if (a<b) then',
    'a < b, <b>bold</b>, <thin>',
    'The tag `<think>` opens, `</think>` closes.',
    '```xml\n<think>x</think>\n```\nThat is it.',
    'It writes "<think>" first.',
    'ends in <thi',
    '<',
    ' [THINGS] to do',
  ])('%j is text', (whole) => {
    expect(read([...whole]).text).toBe(whole);
    expect(read([whole]).text).toBe(whole);
  });

  it('that never ends is no answer', () => {
    expect(read(['<think>Let me', ' see'])).toMatchObject({ text: '', isThinking: true });
    expect(read(['Well. <think>Let me'])).toMatchObject({ text: 'Well. ', isThinking: true });
  });

  it('that began before the answer is expected the next time', () => {
    expect(read(['OK', '</think>Paris.']).tags.beganInside).toBe(true);
    const next = read(['O', 'K', '</think>', 'Rome.'], { startsInside: true });
    expect(next).toMatchObject({ text: 'Rome.', thought: 'OK', isThinking: false });
  });

  it('that was expected and is missing leaves the answer complete', () => {
    expect(read(['Ro', 'me.'], { startsInside: true })).toMatchObject({ text: 'Rome.', isThinking: false });
    expect(read(['Ro', 'me'], { startsInside: true, isWhole: false })).toMatchObject({
      text: '',
      isThinking: true,
    });
  });

  it.each([
    ['<thinking>hm</thinking>Rome.', 'Rome.', false],
    ['<reasoning>hm</reasoning> Rome.', 'Rome.', false],
    ['<think>hm', '', true],
    ['Sure. <thinking>hm', 'Sure. ', true],
  ])('that was expected and came in other tags is taken out: %j', (answer, text, isThinking) => {
    for (const pieces of [[answer], [...answer]])
      expect(read(pieces, { startsInside: true })).toMatchObject({ text, isThinking });
  });
});
