import { SettingError } from '../config/env.js';
import { DatabaseStart } from './database-start.js';

const timeout = () => new Error('timeout exceeded when trying to connect');

describe('the steps of a start on a database', () => {
  it('are repeated while the database cannot be reached', async () => {
    const errors = [timeout(), Object.assign(new Error('canceling statement'), { code: '57014' })];
    const step = async () => {
      const error = errors.shift();
      if (error) throw error;
      return 'done';
    };
    expect(await new DatabaseStart().run(step)).toBe('done');
    expect(errors).toEqual([]);
  });

  it('fail in one sentence when the time that they share is over', async () => {
    const start = new DatabaseStart({ waitSeconds: 0, name: 'The embedded PostgreSQL' });
    await start.run(async () => 'the first step');
    await expect(start.run(() => Promise.reject(timeout()))).rejects.toEqual(
      new SettingError('The embedded PostgreSQL cannot be used: timeout exceeded when trying to connect'),
    );
  });

  it('fail with their own error when another attempt cannot help', async () => {
    const wrong = new SettingError('ADMIN_EMAIL is not an e-mail address');
    let tries = 0;
    const step = () => Promise.reject((tries++, wrong));
    await expect(new DatabaseStart().run(step)).rejects.toBe(wrong);
    expect(tries).toBe(1);
  });
});
