import { retryConflicts } from './retry-conflicts.js';

const failure = (code?: string) => Object.assign(new Error('no'), { code });
/** A statement that fails with each of the errors, and then answers. */
function failing(...errors: Error[]) {
  let tries = 0;
  const statement = async () => {
    const error = errors[tries++];
    if (error) throw error;
    return tries;
  };
  return { statement, tries: () => tries };
}

describe('retryConflicts', () => {
  it.each(['40P01', '40001'])('repeats a statement that was rolled back with %s', async (code) => {
    const { statement } = failing(failure(code), failure(code), failure(code));
    expect(await retryConflicts(statement)).toBe(4);
  });

  it('fails after four tries', async () => {
    const { statement, tries } = failing(...Array.from({ length: 9 }, () => failure('40P01')));
    await expect(retryConflicts(statement)).rejects.toThrow('no');
    expect(tries()).toBe(4);
  });

  it.each(['23505', '57014', undefined])('leaves the code %s to its caller', async (code) => {
    const { statement, tries } = failing(failure(code));
    await expect(retryConflicts(statement)).rejects.toThrow('no');
    expect(tries()).toBe(1);
  });
});
