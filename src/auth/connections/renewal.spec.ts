import { renewalToken } from './renewal.js';

describe('a frame that renews', () => {
  it.each([
    ['{"type":"auth","token":"abc"}', 'abc'],
    [' { "token": "abc", "type": "auth" } ', 'abc'],
    ['{"type":"auth","token":""}', null],
    ['{"type":"auth"}', null],
    ['{"type":"auth","token":"abc","content":"a question"}', null],
    ['{"type":"auth","token":1}', null],
    ['{"type":"auth",', null],
    ['What does {"type":"auth","token":"abc"} mean?', null],
    [`{"type":"auth","token":"${'x'.repeat(5_000)}"}`, null],
    ['', null],
    [null, null],
  ])('%s', (frame, token) => {
    expect(renewalToken(frame)).toBe(token);
  });
});
