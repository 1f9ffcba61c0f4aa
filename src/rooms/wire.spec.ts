import { InvalidInput } from '../common/errors.js';
import { fromFrame, toRoom, toSync, toWire } from './wire.js';
import { frameSchema } from './schemas.js';

const message = {
  id: 'e18a5b7e-8357-4c0a-b5f0-0bc6631efaf5',
  role: 'user',
  content: 'Hello "there"!',
  author_name: null,
  created_at: '2024-05-19T17:12:15.110263+00:00',
};
const stored = JSON.stringify(message);

describe('frames of rooms', () => {
  it.each([
    [
      toSync('a "room"', [stored]),
      { type: 'session.sync', session: { session_id: 'a "room"', messages: [message] } },
    ],
    [toSync('r', []), { type: 'session.sync', session: { session_id: 'r', messages: [] } }],
    [toWire('r', { message: stored }), { type: 'message.created', session_id: 'r', message }],
    [toWire('r', { message: null }), { type: 'session.cleared', session_id: 'r' }],
  ])('%s', (text, frame) => {
    expect(JSON.parse(text)).toEqual(frame);
    expect(frameSchema.parse(JSON.parse(text))).toEqual(frame);
  });

  it('show a room as HTTP does', () => {
    expect(JSON.parse(toRoom('r', [stored, stored]))).toEqual({
      session_id: 'r',
      messages: [message, message],
    });
  });

  it('take the same fields as the HTTP endpoint', () => {
    expect(fromFrame('{"role":"user","content":"Hello there!"}')).toEqual({
      role: 'user',
      content: 'Hello there!',
    });
  });

  it.each(['', 'hello', '[]', 'null', '{"role":"user"}', null])('refuse %j', (frame) => {
    expect(() => fromFrame(frame)).toThrow(InvalidInput);
  });
});
