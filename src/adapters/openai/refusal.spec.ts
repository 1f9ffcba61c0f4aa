import { failureOfStatus } from './failures.js';
import { RequestRefused } from './model-error.js';
import { readRefusal, redact } from './refusal.js';

describe('the error body of a server', () => {
  it.each([
    [
      'OpenAI',
      { error: { message: 'No.', type: 't', param: 'top_p', code: 'c' } },
      { message: 'No.', type: 't', param: 'top_p', code: 'c' },
    ],
    [
      'vLLM',
      { object: 'error', message: 'No.', type: 't', param: null, code: 400 },
      { message: 'No.', type: 't', code: '400' },
    ],
    ['LM Studio', { error: 'No.' }, { message: 'No.' }],
    [
      'FastAPI',
      { detail: [{ loc: ['body', 'stop'], msg: 'Extra inputs' }] },
      { message: 'body.stop: Extra inputs', param: 'stop' },
    ],
    [
      'Mistral',
      { message: { detail: [{ loc: ['body', 'stop'], msg: 'Extra' }] } },
      { message: 'body.stop: Extra', param: 'stop' },
    ],
    [
      'OpenRouter',
      { error: { code: 400, message: 'Provider returned error', metadata: { raw: 'No.' } } },
      { message: 'Provider returned error No.' },
    ],
    ['Google', [{ error: { code: 400, message: 'No.', status: 'INVALID_ARGUMENT' } }], { message: 'No.' }],
    ['a proxy', '<html><head><title>502 Bad Gateway</title>', { message: '502 Bad Gateway' }],
    ['nobody', '', { message: '' }],
  ])('is found in the words of %s', (_, body, refusal) => {
    expect(readRefusal(typeof body === 'string' ? body : JSON.stringify(body), 400)).toMatchObject(refusal);
  });

  it.each([
    [
      429,
      { error: { code: 'insufficient_quota', message: 'You exceeded your current quota' } },
      'model-quota',
    ],
    [402, { error: { message: 'Insufficient Balance' } }, 'model-quota'],
    [400, { error: { code: 'context_length_exceeded' } }, 'model-context'],
    [
      400,
      {
        object: 'error',
        message: "This model's maximum context length is 4096 tokens. However, you requested 5000",
      },
      'model-context',
    ],
    [
      400,
      { error: { message: 'the request exceeds the available context size, try increasing it' } },
      'model-context',
    ],
    [413, { error: { message: 'prompt is too long: 5000 tokens > 4096 maximum' } }, 'model-context'],
    [400, { object: 'error', message: 'max_tokens must be at least 1, got -186.' }, 'model-context'],
    [
      400,
      [
        {
          error: {
            message: 'The input token count (40321) exceeds the maximum number of tokens allowed (32768).',
          },
        },
      ],
      'model-context',
    ],
    [
      422,
      { error: 'Input validation error: `inputs` must have less than 1024 tokens. Given: 5000' },
      'model-context',
    ],
    [422, { error: '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000' }, 'model-context'],
    [400, { error: { code: '1261', message: 'Prompt exceeds max length' } }, 'model-context'],
    [
      400,
      { error: { message: 'Invalid request: Your request exceeded model token limit: 8192' } },
      'model-context',
    ],
    [400, { error: { message: 'Requested tokens (5032) exceed context window of 4096' } }, 'model-context'],
    [413, 'Payload Too Large', 'model-context'],
    [429, { error: { message: 'You exceeded the token limit per minute' } }, 'model-rate-limited'],
    [
      500,
      { error: { code: 500, message: 'System role not supported', type: 'server_error' } },
      'model-refused',
    ],
    [
      500,
      {
        error:
          'Error rendering prompt with jinja template: "Conversation roles must alternate user/assistant"',
      },
      'model-refused',
    ],
    [400, { error: { code: 'content_filter', message: 'The response was filtered' } }, 'model-filtered'],
    [404, { error: { message: 'model "x" not found, try pulling it first' } }, 'model-refused'],
    [500, { error: { message: 'oops' } }, 'model-unavailable'],
    [503, { error: { message: 'Loading model' } }, 'model-unavailable'],
  ])('with status %d determines the error: %j', (status, body, code) => {
    const failure = failureOfStatus(status, JSON.stringify(body));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(failure.detail).toContain(String(status));
  });

  it('names the path of an address that is not known', () => {
    const asked = { path: '/v2/chat/completions' };
    expect(failureOfStatus(404, '', undefined, asked).message).toContain('/v2/chat/completions');
  });

  it('is not printed with the error, except for parts without secrets', () => {
    const failure = failureOfStatus(400, '{"error":{"message":"the key sk-secret-1234 is bad"}}');
    expect(failure).toBeInstanceOf(RequestRefused);
    expect(JSON.stringify({ ...failure })).not.toContain('secret');
    expect(failure.detail).toBe('400 the key *** is bad');
  });
});

describe('words of a server in a log', () => {
  it.each([
    ['key sk-proj-abcDEF123 is bad', 'key *** is bad'],
    ['Bearer abc.def is bad', '*** is bad'],
    ['at https://ada:pw@host/v1', 'at https://***@host/v1'],
    ['token 0123456789abcdef0123456789abcdef', 'token ***'],
    ['in\ntwo\r\nlines', 'in two lines'],
    ['context length is 4096', 'context length is 4096'],
    [
      'the deployment my-deployment-of-a-model does not exist',
      'the deployment my-deployment-of-a-model does not exist',
    ],
  ])('%j is %j', (words, safe) => {
    expect(redact(words)).toBe(safe);
  });

  it('hold no secret that is known, and are bounded', () => {
    expect(redact('the key hunter2 is bad', ['hunter2'])).toBe('the key *** is bad');
    expect(redact('x '.repeat(2_000)).length).toBeLessThan(510);
  });
});
