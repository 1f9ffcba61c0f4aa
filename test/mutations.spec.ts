import { readFileSync } from 'node:fs';
import { CLIENT_MUTATIONS } from './mutations/client-mutations.mjs';
import { FAULT_MUTATIONS } from './mutations/fault-mutations.mjs';
import { MUTATIONS } from './mutations/mutations.mjs';

describe('npm run test:mutations', () => {
  it('find the code of every protection that they remove', () => {
    const edits = [...MUTATIONS, ...FAULT_MUTATIONS, ...CLIENT_MUTATIONS].flatMap(({ rule, edits: each }) =>
      each.map(([file, search]) => ({
        rule,
        file,
        count: readFileSync(file, 'utf8').split(search).length - 1,
      })),
    );
    expect(edits.filter(({ count }) => count !== 1)).toEqual([]);
  });
});
