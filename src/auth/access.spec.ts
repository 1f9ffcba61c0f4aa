import { bearerToken, checkRank, demandOf, hasScope, type Access } from './access.js';
import type { Principal } from './principal.js';

const user: Principal = {
  id: 'u',
  email: 'a@b.de',
  name: null,
  groups: [],
  isSuperuser: false,
  isAdmin: false,
  credential: { epoch: 0, expiresAt: new Date() },
};
const admin = { ...user, isAdmin: true };
const superuser = { ...admin, isSuperuser: true };

describe('bearerToken', () => {
  it.each([
    ['Bearer abc.def.ghi', 'abc.def.ghi'],
    ['bearer abc', 'abc'],
    ['BEARER   abc ', 'abc'],
    ['Basic abc', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer a b', null],
    ['Bearerabc', null],
    ['', null],
    [undefined, null],
  ])('of %j is %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });
});

describe('scopes of API keys', () => {
  const withKey: Principal = { ...user, credential: { expiresAt: null, key: { id: 'k', scopes: ['chat'] } } };

  it('limit a key, and not a log-in', () => {
    for (const demand of ['chat', 'any'] as const) expect(hasScope(withKey, demand)).toBe(true);
    for (const demand of ['documents:read', 'admin', 'log-in'] as const) {
      expect(hasScope(withKey, demand)).toBe(false);
      expect(hasScope(user, demand)).toBe(true);
    }
  });

  it('are demanded by every route, marked or not', () => {
    expect(demandOf(undefined, 'user')).toBe('log-in');
    expect(demandOf(undefined, 'admin')).toBe('admin');
    expect(demandOf('chat', 'user')).toBe('chat');
  });
});

describe('checkRank', () => {
  const detailOf = (access: Access, principal: Principal) => {
    try {
      checkRank(access, principal);
      return 'allowed';
    } catch (error) {
      return (error as { detail: string }).detail;
    }
  };

  it.each<[Access, string, Principal, string]>([
    ['user', 'user', user, 'allowed'],
    ['admin', 'user', user, 'Admin only'],
    ['admin', 'admin', admin, 'allowed'],
    ['admin', 'superuser', superuser, 'allowed'],
    ['superuser', 'user', user, 'Forbidden'],
    ['superuser', 'admin', admin, 'Forbidden'],
    ['superuser', 'superuser', superuser, 'allowed'],
  ])('a route for %s, called by a %s', (access, _rank, principal, expected) => {
    expect(detailOf(access, principal)).toBe(expected);
  });
});
