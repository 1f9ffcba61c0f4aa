import { withCited } from './cited-sources.js';

const source = (title: string) => ({
  source: `/${title}`,
  title,
  text: title,
  score: 1,
  metadata: { page: 1 },
});

describe('the sources of an answer', () => {
  it('are distinguished from those that were only found', () => {
    const cited = withCited([source('a'), source('b'), source('c')], 'Ten [1]. `x[2]` and [3].');
    expect(cited?.map(({ metadata }) => metadata)).toEqual([
      { page: 1, cited: true },
      { page: 1, cited: false },
      { page: 1, cited: true },
    ]);
    expect(withCited(null, 'Ten [1].')).toBeNull();
    expect(withCited([], 'Ten [1].')).toEqual([]);
  });
});
