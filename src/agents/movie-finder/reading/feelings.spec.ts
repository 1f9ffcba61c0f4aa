import { readFeelings } from './feelings.js';
import { fold } from './words.js';

it.each([
  ['I am sad, cheer me up', true, ''],
  ['I feel down today, what should I watch?', true, 'what should i watch ?'],
  ['I had a terrible day and need something to lift my mood', true, 'and need something'],
  ["I'm depressed, make me laugh", true, 'make me laugh'],
  [', I would like to watch a film', false, 'i would like to watch a film'],
  ['something sad', false, 'something sad'],
  ["I'm in the mood for something sad", false, 'im in the mood for something sad'],
  ['a sad man lives alone', false, 'a sad man lives alone'],
])('%s', (text, wantsCheering, rest) => expect(readFeelings(fold(text))).toEqual({ wantsCheering, rest }));
