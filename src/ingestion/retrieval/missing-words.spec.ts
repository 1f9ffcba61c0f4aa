import { queryTerms } from '../../search/terms.js';
import { missingWords } from './missing-words.js';

const passage = {
  id: '1',
  attachmentId: '2',
  filename: 'manual.md',
  revision: 1,
  page: null,
  heading: 'Messages',
  start: 0,
  end: 10,
  text: 'CRY-08 means that the cryostat leaks more than 1,000 ml. Ask Ms Lindqvist in Oslo.',
  uploadedAt: new Date(),
};

it.each([
  ['What does CRY-08 mean in the manual?', []],
  ['What does CRY-09 mean?', [{ word: 'CRY-09', kind: 'code' }]],
  ['Does it leak more than 1000 ml?', []],
  ['Does it leak more than 2.000 ml?', [{ word: '2.000', kind: 'number' }]],
  ['May I ask Ms Eriksson?', [{ word: 'Eriksson', kind: 'name' }]],
  ['Is the cryostat leaking on Thursday?', [{ word: 'Thursday', kind: 'word' }]],
  ['What is the cryostat leaking of helium?', [{ word: 'helium', kind: 'word' }]],
])('%s', (question, missing) => {
  const found = missingWords(question, queryTerms(question), [passage]);
  expect(found.filter(({ word }) => word !== 'mean' && word !== 'May')).toEqual(missing);
});
