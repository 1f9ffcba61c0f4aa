import { ParleyError } from '../../common/errors.js';
import type { AuthLimits } from '../limits/auth-limits.js';
import { PasswordChecks } from './password-checks.service.js';
import { PasswordsService } from './passwords.service.js';

const FLOODING = '192.0.2.99';
const ELSEWHERE = '198.51.100.2';

describe('checks of passwords', () => {
  const passwords = new PasswordsService();
  const password = 'correct horse battery';

  it('take turns by network: one whose checks never end holds up none but itself', async () => {
    const account = { passwordHash: await passwords.hash(password) };
    /** Blocks the hashing of the flood's attempts, so that they occupy the slots. */
    const isHeld = new Promise<void>(() => undefined);
    const asked = new Set<string>();
    const limits: Partial<AuthLimits> = {
      admitLogIn: async (subject, ip) => {
        if (ip === FLOODING && asked.has(subject)) await isHeld;
        asked.add(subject);
      },
      logInEnded: async () => undefined,
    };
    const checks = new PasswordChecks(passwords, limits as AuthLimits);
    for (let i = 0; i < 50; i += 1) void checks.open(`nobody-${i}`, 'a guess', FLOODING, async () => null);
    for (let i = 0; i < 3; i += 1)
      expect(await checks.open('me', password, ELSEWHERE, async () => account)).toBe(account);
    expect(await checks.open('me', 'wrong', ELSEWHERE, async () => account)).toBeNull();
  });

  it('limit a flooding network to the rate at which others can be served', async () => {
    const refusal = new ParleyError('rate-limited', 'too-many-attempts', 'Too many attempts.');
    const limits: Partial<AuthLimits> = { admitLogIn: () => Promise.reject(refusal) };
    const checks = new PasswordChecks(passwords, limits as AuthLimits);
    let refused = 0;
    const guess = (ip: string) =>
      checks.open('me', password, ip, async () => null).catch(() => (refused += 1));
    const flood = Array.from({ length: 30 }, () => guess(FLOODING));
    await guess(ELSEWHERE);
    expect(refused).toBe(21);
    await Promise.all(flood);
    expect(refused).toBe(31);
  });
});
