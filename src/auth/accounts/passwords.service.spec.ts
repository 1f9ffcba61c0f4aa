import { hash as argon2 } from '@node-rs/argon2';
import { PasswordsService } from './passwords.service.js';

const passwords = new PasswordsService();

describe('PasswordsService', () => {
  it('hashes with argon2id at its stated cost, each time with new salt', async () => {
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('distinguishes the right password from a wrong one', async () => {
    const hash = await passwords.hash('correct horse');
    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('Correct horse', hash)).toBe(false);
  });

  it.each(['NFC', 'NFD'] as const)('accepts a password chosen in %s in its other form', async (form) => {
    const other = form === 'NFC' ? 'NFD' : 'NFC';
    const hash = await passwords.hash('Café-Zürich-1'.normalize(form));
    expect(await passwords.verify('Café-Zürich-1'.normalize(other), hash)).toBe(true);
    expect(await passwords.verify('Cafe-Zurich-1', hash)).toBe(false);
  });

  it('accepts a password in the wide forms of an input method, and one that was hashed before those were normalised', async () => {
    const hash = await passwords.hash('Passwort-ﬁx-1');
    expect(await passwords.verify('Ｐａｓｓｗｏｒｔ-fix-1', hash)).toBe(true);
    const old = await argon2('Ｐａｓｓｗｏｒｔ fix', { memoryCost: 19_456, timeCost: 2 });
    expect(await passwords.verify('Ｐａｓｓｗｏｒｔ\u2003fix', old)).toBe(true);
  });

  it.each(['NFC', 'NFD'] as const)(
    'accepts one that was hashed before without normalising, in %s',
    async (form) => {
      const old = await argon2('Café-Zürich-1'.normalize(form), { memoryCost: 19_456, timeCost: 2 });
      for (const typed of ['NFC', 'NFD'] as const)
        expect(await passwords.verify('Café-Zürich-1'.normalize(typed), old)).toBe(true);
    },
  );

  it('takes the same work for an unknown address as for a known one', async () => {
    const hash = await passwords.hash('correct horse');
    const time = async (known: string | null) => {
      const started = process.hrtime.bigint();
      for (let i = 0; i < 5; i += 1) await passwords.verify('wrong', known);
      return Number(process.hrtime.bigint() - started);
    };
    await time(hash);
    const ratio = (await time(null)) / (await time(hash));
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(10);
  });

  it('hashes nothing for whom it may not admit', async () => {
    const refuse = () => Promise.reject(new Error('not now'));
    await expect(passwords.verify('correct horse', null, refuse)).rejects.toThrow('not now');
  });

  it('turns a flood down instead of queueing it', async () => {
    const flood = Array.from({ length: 300 }, () =>
      passwords.verify('wrong', null, () => Promise.reject(new Error('in'))),
    );
    const kinds = (await Promise.allSettled(flood)).map((r) =>
      r.status === 'rejected' ? String(r.reason) : 'in',
    );
    // A hundred attempts per network are queued, plus one or two being hashed, depending on the cores.
    expect([198, 199]).toContain(kinds.filter((kind) => kind.includes('Too many requests')).length);
  });
});
