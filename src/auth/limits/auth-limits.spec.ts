import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Config } from '../../config/config.js';
import { AuthLimits } from './auth-limits.js';
import { RateLimiter, type Limit } from './rate-limiter.js';

class MemoryRateLimiter extends RateLimiter {
  protected createCounter({ name, events, seconds }: Limit) {
    return new RateLimiterMemory({ keyPrefix: name, points: events, duration: seconds });
  }
}

const limits = (RATE_LIMITS = 'on') =>
  new AuthLimits(new MemoryRateLimiter(), new Config({ RATE_LIMITS, JWT_SECRET: 'x'.repeat(32) }));
const email = 'Ada@example.com';
const ip = '192.0.2.1';

async function failTimes(times: number, on: AuthLimits): Promise<void> {
  for (let i = 0; i < times; i += 1) await on.logInEnded(email, ip, { failed: true });
}

describe('log-ins', () => {
  it('are refused after ten failures, with the time to wait', async () => {
    const on = limits();
    await failTimes(9, on);
    await expect(on.admitLogIn(email, ip)).resolves.toBeUndefined();
    await failTimes(1, on);
    const error = await on.admitLogIn('ADA@example.com', ip).catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'rate-limited', code: 'too-many-attempts' });
    expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(14 * 60);
  });

  it('of another address, or from another network, go on', async () => {
    const on = limits();
    await failTimes(20, on);
    await expect(on.admitLogIn('eve@example.com', ip)).resolves.toBeUndefined();
    await expect(on.admitLogIn(email, '192.0.2.2')).resolves.toBeUndefined();
  });

  it('of one account are refused after a hundred from many networks, but not from a network with a successful log-in', async () => {
    const on = limits();
    await on.logInEnded(email, '198.51.100.7', { failed: false });
    for (let i = 0; i < 20; i += 1)
      for (let n = 0; n < 5; n += 1) await on.logInEnded(email, `192.0.2.${i}`, { failed: true });
    await expect(on.admitLogIn(email, '192.0.2.1')).rejects.toMatchObject({ code: 'too-many-attempts' });
    await on.logInEnded(email, '198.51.100.7', { failed: true });
    await expect(on.admitLogIn(email, '198.51.100.7')).resolves.toBeUndefined();
    await expect(on.admitLogIn(email, '203.0.113.9')).resolves.toBeUndefined();
    await on.logInEnded(email, '203.0.113.9', { failed: true });
    await expect(on.admitLogIn(email, '203.0.113.9')).rejects.toMatchObject({ code: 'too-many-attempts' });
  });

  it('of one network are refused after a hundred at many accounts, but not to one that is known there', async () => {
    const on = limits();
    await on.logInEnded(email, ip, { failed: false });
    for (let i = 0; i < 100; i += 1) await on.logInEnded(`user-${i}@example.com`, ip, { failed: true });
    await expect(on.admitLogIn('another@example.com', ip)).rejects.toMatchObject({
      code: 'too-many-attempts',
    });
    await expect(on.admitLogIn(email, ip)).resolves.toBeUndefined();
    await expect(on.admitLogIn('another@example.com', '192.0.2.2')).resolves.toBeUndefined();
  });

  it('start afresh after a success', async () => {
    const on = limits();
    await failTimes(9, on);
    await on.logInEnded(email, ip, { failed: false });
    await failTimes(9, on);
    await expect(on.admitLogIn(email, ip)).resolves.toBeUndefined();
  });

  it('are never refused when limits are off', async () => {
    const off = limits('off');
    await failTimes(50, off);
    await expect(off.admitLogIn(email, ip)).resolves.toBeUndefined();
  });
});

describe('registrations and messages', () => {
  it('are counted by network', async () => {
    const on = limits();
    for (let i = 0; i < 100; i += 1) await on.admitRegistration('2001:db8:1:2::5');
    await expect(on.admitRegistration('2001:db8:1:2:ffff::9')).rejects.toMatchObject({
      kind: 'rate-limited',
    });
    await expect(on.admitRegistration('2001:db8:1:3::5')).resolves.toBeUndefined();
  });

  it('one recipient gets five messages', async () => {
    const on = limits();
    const answers = [];
    for (let i = 0; i < 7; i += 1) answers.push(await on.admitMail(email, ip));
    expect(answers).toEqual([true, true, true, true, true, false, false]);
  });

  it('one network asks for a hundred', async () => {
    const on = limits();
    const answers = [];
    for (let i = 0; i < 102; i += 1) answers.push(await on.admitMail(`someone-${i}@example.com`, ip));
    expect(answers.filter(Boolean)).toHaveLength(100);
    expect(await on.admitMail('another@example.com', '192.0.2.2')).toBe(true);
  });

  it('are limited equally when they are concurrent and when they are sequential', async () => {
    const on = limits();
    const answers = await Promise.all(Array.from({ length: 7 }, () => on.admitMail(email, ip)));
    expect(answers.filter(Boolean)).toHaveLength(5);
    const registrations = Array.from({ length: 102 }, () => on.admitRegistration(ip));
    const refused = (await Promise.allSettled(registrations)).filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
  });
});
