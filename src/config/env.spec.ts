import { SettingError } from './env.js';
import { readSettings } from './read-env.js';

const readEnv = (source: Parameters<typeof readSettings>[0]) => readSettings(source).env;

describe('the settings', () => {
  it('are all optional', () => {
    expect(readEnv({})).toMatchObject({ PORT: 8000, DATA_DIR: './data' });
  });

  it('give a model a minute for its first byte, and five for its thinking', () => {
    expect(readEnv({})).toMatchObject({ MODEL_FIRST_BYTE_MS: 60_000, MODEL_THINKING_MS: 300_000 });
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
    // Seven characters to a reader, in more code units.
    [
      { ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: '👨‍👩‍👧'.repeat(7) },
      /^ADMIN_PASSWORD must have at least 8/,
    ],
    [
      { ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: 'secret1\u200b' },
      /^ADMIN_PASSWORD must have at least 8/,
    ],
    [{ REGISTER_CONFLICT_STATUS: '418' }, /^REGISTER_CONFLICT_STATUS /],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL /],
    [{ OPENAI_BASE_URL: 'http://h :1/v1' }, /^OPENAI_BASE_URL must be a URL such as https:/],
    [{ OPENAI_BASE_URL: 'no address' }, /^OPENAI_BASE_URL must be a URL such as https:/],
    [{ S3_ENDPOINT: 'bucket' }, /^S3_ENDPOINT must be a URL/],
  ])('%j is one sentence that names the setting', (source, sentence) => {
    expect(() => readEnv(source)).toThrow(SettingError);
    expect(() => readEnv(source)).toThrow(sentence);
  });

  it.each([
    ['sk-abc\r', []],
    ['sk-abc\n', []],
    [' sk-abc ', []],
    ['"sk-abc"', ['OPENAI_API_KEY stands in quotation marks, which were left out']],
    ['\ufeffsk-abc\t', []],
    ['sk-abc\u200b', []],
    ['`sk-abc`', ['OPENAI_API_KEY stands in quotation marks, which were left out']],
    ['“sk-abc”', ['OPENAI_API_KEY stands in quotation marks, which were left out']],
    ['<sk-abc>', ['OPENAI_API_KEY stands in quotation marks, which were left out']],
    [`'"sk-abc"'`, ['OPENAI_API_KEY stands in quotation marks, which were left out']],
    ['Bearer sk-abc', ['OPENAI_API_KEY holds more than the key: what stands before it was left out']],
    ['OPENAI_API_KEY=sk-abc', ['OPENAI_API_KEY holds more than the key: what stands before it was left out']],
    ["'sk-abc'\r", ['OPENAI_API_KEY stands in quotation marks, which were left out']],
  ])('are read without surrounding characters: %j', (value, notices) => {
    expect(readSettings({ OPENAI_API_KEY: value })).toMatchObject({
      env: { OPENAI_API_KEY: 'sk-abc' },
      notices,
    });
  });

  it('never show the value of a key that cannot be sent', () => {
    expect(() => readEnv({ OPENAI_API_KEY: 'sk-a\r\nbc' })).toThrow(/^OPENAI_API_KEY must not contain/);
    expect(() => readEnv({ OPENAI_API_KEY: 'sk-a bc' })).not.toThrow(/sk-a/);
  });

  it('list all errors together', () => {
    const source = { PORT: 'http', LOG_LEVEL: 'loud', NODE_ENV: 'production', ADMIN_EMAIL: 'a@example.com' };
    expect(() => readEnv(source)).toThrow(
      /^PORT .*\nLOG_LEVEL .*\nJWT_SECRET is required in production\nADMIN_PASSWORD is required with ADMIN_EMAIL$/,
    );
  });

  it.each([
    ['OPENAI_MODLE', 'OPENAI_MODEL'],
    ['OPENAI_API_BASE', 'OPENAI_BASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['OPENAI_EMBEDDINGS_MODEL', 'OPENAI_EMBEDDING_MODEL'],
  ])('say that %s is none, and which was meant', (name, meant) => {
    expect(readSettings({ [name]: 'x' }).notices).toEqual([
      `${name} is not a setting: did you mean ${meant}?`,
    ]);
  });

  it('ignore other variables of the environment', () => {
    const others = {
      HOME: '/root',
      PATH: '/bin',
      HOSTNAME: 'a',
      PWD: '/',
      LANG: 'C',
      TERM: 'x',
      NODE_VERSION: '20',
    };
    expect(readSettings(others).notices).toEqual([]);
  });

  it('accept a former name, with a notice', () => {
    expect(readSettings({ MODEL_FIRST_TOKEN_MS: '500' })).toMatchObject({
      env: { MODEL_FIRST_BYTE_MS: 500 },
      notices: ['MODEL_FIRST_TOKEN_MS is called MODEL_FIRST_BYTE_MS now'],
    });
  });

  it.each([
    ['localhost:11434/v1', 'http://localhost:11434/v1'],
    ['ollama:11434', 'http://ollama:11434'],
    ['api.example.com/v1', 'https://api.example.com/v1'],
  ])('put a scheme before the address %s', (value, address) => {
    expect(readEnv({ OPENAI_BASE_URL: value }).OPENAI_BASE_URL).toBe(address);
  });

  it('find proxies in lower case too', () => {
    expect(readEnv({ https_proxy: 'http://proxy:3128', no_proxy: 'a,b' })).toMatchObject({
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: 'a,b',
    });
    expect(readEnv({ HTTP_PROXY: '', http_proxy: 'http://proxy:1' }).HTTP_PROXY).toBe('http://proxy:1');
    expect(readEnv({ ALL_PROXY: 'http://proxy:2', https_proxy: 'http://proxy:3' })).toMatchObject({
      HTTP_PROXY: 'http://proxy:2',
      HTTPS_PROXY: 'http://proxy:3',
    });
    expect(readEnv({ all_proxy: 'socks5://proxy:2' }).HTTP_PROXY).toBeUndefined();
  });
});
