import { MessageTree, type MessageNode } from './message-tree.js';

/** `q1` is answered twice; below the second answer `q2` was edited into `q2b`. `o` is an edit of the first question. */
const node = (id: string, parentId: string | null): MessageNode => ({
  id,
  parentId,
  role: /^[qo]/.test(id) ? 'user' : 'assistant',
  runId: null,
});
const nodes = [
  node('q1', null),
  node('a1', 'q1'),
  node('a1b', 'q1'),
  node('q2', 'a1b'),
  node('q2b', 'a1b'),
  node('a2b', 'q2b'),
  node('o', null),
];
const tree = new MessageTree(nodes);
const get = (id: string) => tree.get(id)!;
const ids = (list: readonly MessageNode[]) => list.map(({ id }) => id).join(' ');

describe('a tree of messages', () => {
  it.each([
    ['q1', 'q1'],
    ['a1', 'q1 a1'],
    ['a2b', 'q1 a1b q2b a2b'],
    ['o', 'o'],
    [null, ''],
    ['unknown', ''],
  ])('has the path to %s', (id, path) => {
    expect(ids(tree.pathTo(id))).toBe(path);
  });

  it.each([
    ['q1', 'q1 o'],
    ['a1b', 'a1 a1b'],
    ['q2b', 'q2 q2b'],
    ['a2b', 'a2b'],
  ])('lists the siblings of %s, oldest first', (id, siblings) => {
    expect(ids(tree.siblingsOf(get(id)))).toBe(siblings);
  });

  it.each([
    ['q1', 'q1 a1 a1b q2 q2b a2b'],
    ['a1b', 'a1b q2 q2b a2b'],
    ['o', 'o'],
  ])('has all below %s in its branch', (id, branch) => {
    expect(ids(tree.branchOf(get(id)))).toBe(branch);
  });

  it.each([
    ['q1', 'a2b'],
    ['a1', 'a1'],
    ['a1b', 'a2b'],
  ])('is followed from %s to the newest message', (id, leaf) => {
    expect(tree.leafBelow(get(id)).id).toBe(leaf);
  });

  it.each<[branch: string, head: string, next: string | undefined]>([
    ['a1b', 'a2b', 'a1'],
    ['a1', 'a2b', 'a2b'],
    ['q1', 'a2b', 'o'],
    ['o', 'o', 'a2b'],
    ['q2b', 'q2b', 'q2'],
    ['a2b', 'a2b', undefined],
  ])('shows something else once %s is deleted while %s is shown', (branch, head, next) => {
    expect(tree.headAfterDeleting(get(branch), head)?.id).toBe(next);
  });

  it('may be as deep as it likes', () => {
    const deep = Array.from({ length: 100_000 }, (_, i) => node(`m${i}`, i ? `m${i - 1}` : null));
    const long = new MessageTree(deep);
    expect(long.leafBelow(long.get('m0')!).id).toBe('m99999');
    expect(long.branchOf(long.get('m0')!)).toHaveLength(100_000);
    expect(long.pathTo('m99999')).toHaveLength(100_000);
  });
});
