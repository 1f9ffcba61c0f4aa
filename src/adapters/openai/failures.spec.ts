import { failureOfErrorObject, failureOfStatus, parseRetryAfter } from './failures.js';

describe('failureOfStatus', () => {
  it.each([
    [302, 'model-refused'],
    [400, 'model-refused'],
    [401, 'model-refused'],
    [403, 'model-refused'],
    [404, 'model-refused'],
    [408, 'model-unavailable'],
    [429, 'model-rate-limited'],
    [500, 'model-unavailable'],
    [503, 'model-unavailable'],
  ])('%d is %s', (status, code) => {
    expect(failureOfStatus(status)).toMatchObject({ code, message: expect.stringMatching(/^[A-Z].*\.$/) });
  });
});

describe('failureOfErrorObject', () => {
  it.each([
    [{ code: 503 }, 'model-unavailable'],
    [{ code: 'rate_limit_exceeded' }, 'model-rate-limited'],
    [{ code: null, type: 'insufficient_quota' }, 'model-quota'],
    ['just words', 'model-unavailable'],
    [true, 'model-unavailable'],
  ])('%j is %s', (error, code) => {
    expect(failureOfErrorObject(error).code).toBe(code);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['2', 2_000],
    ['0.5', 500],
    ['-3', 0],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('%s is %s ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
