import { rootOf } from './console-files.js';

describe('addresses of the console', () => {
  it.each([
    ['/', './'],
    ['/files', './'],
    ['/talk/6f0c', '../'],
    ['/rooms/design%20review', '../'],
  ])('leads from %s to the root with %s', (path, root) => {
    expect(rootOf(path)).toBe(root);
  });

  it.each(['/chat', '/conversations', '/talk/a/b', '/operates', '/v1/models', '/admin/uploads', '//talk'])(
    'leaves %s to the API',
    (path) => {
      expect(rootOf(path)).toBeUndefined();
    },
  );
});
