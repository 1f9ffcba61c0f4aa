import { blocksOf, GrowingBlocks } from './blocks.js';

const TEXT = `# Leave

Thirty days, see **Leave** [1].

1. ask

2. wait

| a | b |
| - | - |
| 1 | 2 |

\`\`\`ts
const days = 30;

// after a blank line
\`\`\`

> quoted

![a picture](https://example.com/x.png) <b>bold</b> [bad](javascript:alert(1))
`;
const kinds = (blocks: readonly { tokens: readonly { type: string }[] }[]) =>
  blocks.map(({ tokens }) => tokens[0]!.type);

describe('blocks of Markdown', () => {
  it.each([1, 3, 17])(
    'are the same when the text grows by %i characters as when it comes at once',
    (step) => {
      const growing = new GrowingBlocks();
      let blocks: ReturnType<GrowingBlocks['update']> = [];
      for (let end = step; end < TEXT.length + step; end += step) blocks = growing.update(TEXT.slice(0, end));
      const whole = blocksOf(TEXT);
      expect(kinds(blocks)).toEqual(kinds(whole));
      expect(blocks.map(({ key, lines }) => [key, lines])).toEqual(
        whole.map(({ key, lines }) => [key, lines]),
      );
      expect(blocks.map(({ tokens }) => tokens.map(({ content }) => content))).toEqual(
        whole.map(({ tokens }) => tokens.map(({ content }) => content)),
      );
    },
  );

  it('keep the finished ones as they are, so that nothing of them is painted again', () => {
    const growing = new GrowingBlocks();
    const [first] = growing.update('One.\n\nTwo begins to be said');
    expect(growing.update('One.\n\nTwo begins to be said.')[0]).toBe(first);
  });

  it('are those of the new text after a reset', () => {
    const growing = new GrowingBlocks();
    growing.update('# One\n\nTwo');
    expect(kinds(growing.update('Other'))).toEqual(['paragraph_open']);
  });

  it('hold no raw HTML and no script links', () => {
    const inline = blocksOf('<script>x</script>\n\na <b>b</b> [bad](javascript:alert(1))').flatMap(
      ({ tokens }) =>
        tokens.flatMap(({ type, children }) => [type, ...(children ?? []).map((child) => child.type)]),
    );
    expect(inline.filter((type) => /html|link/.test(type))).toEqual([]);
  });
});
