import { redactSecrets } from './redact-secrets.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-bmF0_dXJl';
const KEY = `pk_${'a1'.repeat(20)}`;

describe('a line of the log', () => {
  it.each([
    [`{"url":"/async_chat?token=${JWT}&x=1"}`, '{"url":"/async_chat?token=***&x=1"}'],
    ['{"url":"/x?ticket=wt_abc"}', '{"url":"/x?ticket=***"}'],
    [`{"authorization":"Bearer ${KEY}"}`, '{"authorization":"Bearer ***"}'],
    [`{"protocol":"bearer, ${JWT}"}`, '{"protocol":"bearer, ***"}'],
    [`{"reason":"unknown key ${KEY}"}`, '{"reason":"unknown key pk_***"}'],
    [
      `{"text":"\\"msg\\":\\"mail\\" ${JWT}","msg":"other"}`,
      '{"text":"\\"msg\\":\\"mail\\" ***","msg":"other"}',
    ],
  ])('%s holds no secret', (line, redacted) => expect(redactSecrets(line)).toBe(redacted));

  it('does not change a mail', () => {
    const line = `{"text":"${JWT}","msg":"mail"}`;
    expect(redactSecrets(line)).toBe(line);
  });

  it('that nearly holds many tokens takes no longer than others', () => {
    const line = 'eyJ-'.repeat(250_000);
    expect(redactSecrets(line)).toBe(line);
  });
});
