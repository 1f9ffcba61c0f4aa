import { describeError } from './describe-error.js';

describe('an error in a line of the log', () => {
  it('has its kind, message, code and location, and no values of a query', () => {
    const secret = 'what somebody wrote';
    const error = Object.assign(new TypeError('no such column', { cause: new Error('underneath') }), {
      code: '42703',
      detail: `Key (name)=(${secret}) exists`,
      parameters: [secret],
      command: { name: 'set', args: ['key', secret] },
    });
    const described = describeError(error);
    expect(JSON.stringify(described)).not.toContain(secret);
    expect(described).toEqual({
      type: 'TypeError',
      message: 'no such column: underneath',
      code: '42703',
      stack: expect.stringContaining('describe-error.spec'),
    });
  });

  it('of an unreachable server has no more than that', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(describeError(error)).toEqual({ message: error.message, code: 'ECONNREFUSED' });
  });
});
