import { hashOf, looksLikeApiKey, newSecret, shownPart } from './secret.js';

describe('the secret of an API key', () => {
  it('is pk_ and 43 digits in base 62, another one each time', () => {
    const secrets = Array.from({ length: 50 }, newSecret);
    for (const secret of secrets) {
      expect(secret).toMatch(/^pk_[0-9A-Za-z]{43}$/);
      expect(looksLikeApiKey(secret)).toBe(true);
      expect(shownPart(secret)).toBe(secret.slice(0, 9));
    }
    expect(new Set(secrets).size).toBe(50);
  });

  it('is kept as a hash', () => {
    expect(hashOf('pk_a').toString('hex')).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf('pk_a')).toEqual(hashOf('pk_a'));
    expect(hashOf('pk_a')).not.toEqual(hashOf('pk_b'));
  });
});
