import { readEnv, SettingError } from './env.js';

describe('the settings', () => {
  it('are all optional', () => {
    expect(readEnv({})).toMatchObject({ PORT: 8000, DATA_DIR: './data' });
  });

  it('take an empty value for none', () => {
    expect(readEnv({ PORT: '', DATABASE_URL: '' })).toMatchObject({ PORT: 8000 });
  });

  it('split lists', () => {
    expect(readEnv({ CORS_ORIGINS: 'https://a.example, https://b.example,' }).CORS_ORIGINS).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
  });

  it.each([
    [{ PORT: 'http' }, /^PORT /],
    [{ PORT: '70000' }, /^PORT /],
    [{ DATABASE_URL: 'mysql://localhost' }, /^DATABASE_URL must start with postgres:\/\//],
    [{ REDIS_URL: 'localhost:6379' }, /^REDIS_URL must start with redis:\/\//],
    [{ JWT_SECRET: 'short' }, /^JWT_SECRET must have at least 32 characters/],
    [{ NODE_ENV: 'production' }, /^JWT_SECRET is required in production/],
    [{ ADMIN_EMAIL: 'admin@example.com' }, /^ADMIN_PASSWORD is required with ADMIN_EMAIL/],
    [{ REGISTER_CONFLICT_STATUS: '418' }, /^REGISTER_CONFLICT_STATUS /],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL /],
  ])('%j is one sentence that names the setting', (source, sentence) => {
    expect(() => readEnv(source)).toThrow(SettingError);
    expect(() => readEnv(source)).toThrow(sentence);
  });
});
