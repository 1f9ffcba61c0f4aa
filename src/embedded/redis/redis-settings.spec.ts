import { redisAddress, redisUrl, toRedisConf } from './redis-settings.js';

describe('settings of the embedded Redis', () => {
  it('keep blanks, quotes and backslashes of a folder', () => {
    expect(toRedisConf({ save: '', dir: '/my "data"\\x' })).toBe('save ""\ndir "/my \\"data\\"\\\\x"\n');
  });

  it('are read back from the URL that clients get', () => {
    const address = { port: 4711, password: 'a-b_c' };
    expect(redisAddress(redisUrl(address))).toEqual(address);
  });
});
