import { findRef, isRefName, parseRemoteRefs } from './git-ref.js';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const TIP = 'f'.repeat(40);
const refs = [
  { name: 'refs/heads/main', object: TIP },
  { name: 'refs/heads/feature/a', object: 'a'.repeat(40) },
  { name: 'refs/heads/both', object: 'b'.repeat(40) },
  { name: 'refs/tags/both', object: 'c'.repeat(40) },
  { name: 'refs/tags/v1.0', object: 'd'.repeat(40) },
  { name: 'refs/heads/origin/odd', object: 'e'.repeat(40) },
];

describe('the form of a ref', () => {
  it.each(['main', 'origin/main', 'feature/a-b_c', 'v1.0', 'fix#12', 'a+b', 'a@b', COMMIT, 'x'.repeat(200)])(
    'takes %s',
    (text) => expect(isRefName(text)).toBe(true),
  );

  it.each([
    '',
    '--upload-pack=touch /tmp/x',
    '-x',
    'a/-x',
    'a..b',
    'a@{1}',
    '@',
    'HEAD^',
    'a b',
    'a\nb',
    'a\0b',
    'refs/heads/*',
    'a:b',
    'ext::sh -c true',
    'file:///etc',
    '/main',
    'main/',
    'a//b',
    '.hidden',
    'a/.b',
    'main.',
    'main.lock',
    'main.lock/x',
    'größe',
    'x'.repeat(201),
  ])('refuses %j', (text) => expect(isRefName(text)).toBe(false));
});

describe('looking for a ref', () => {
  it.each([
    ['origin/main', { ref: 'refs/heads/main' }],
    ['main', { ref: 'refs/heads/main' }],
    ['feature/a', { ref: 'refs/heads/feature/a' }],
    ['both', { ref: 'refs/heads/both' }],
    ['v1.0', { ref: 'refs/tags/v1.0' }],
    ['origin/odd', { ref: 'refs/heads/origin/odd' }],
    [TIP, { ref: 'refs/heads/main' }],
    [COMMIT, { commit: COMMIT }],
    ['origin/v1.0', null],
    ['gone', null],
    ['refs/heads/main', null],
    [COMMIT.slice(0, 12), null],
  ])('finds %s', (target, wanted) => expect(findRef(target, refs)).toEqual(wanted));

  it('reads only branches and tags of the remote', () => {
    const listing = `${TIP}\trefs/heads/main\n${COMMIT}\trefs/pull/1/head\n${COMMIT}\trefs/tags/v1\nnoise\n`;
    expect(parseRemoteRefs(listing)).toEqual([
      { name: 'refs/heads/main', object: TIP },
      { name: 'refs/tags/v1', object: COMMIT },
    ]);
  });
});
