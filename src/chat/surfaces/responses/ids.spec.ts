import fc from 'fast-check';
import { clientIdIn, conversationIdOf, messageItemIdOf, responseIdOf, uuidIn } from './ids.js';

describe('ids of responses and conversations', () => {
  it('hold the id of the run', () => {
    const run = '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a';
    expect(responseIdOf(run)).toBe('resp_019c13575ab87a3c8f670f3d6ac2ff0a');
    expect(uuidIn('resp', responseIdOf(run))).toBe(run);
    expect(uuidIn('msg', messageItemIdOf(run))).toBe(run);
  });

  it.each(['resp_', 'resp_xyz', 'msg_019c13575ab87a3c8f670f3d6ac2ff0a', '', "resp_' OR 1=1"])(
    'are not read from %j',
    (id) => expect(uuidIn('resp', id)).toBeNull(),
  );

  it('hold whatever a client calls a conversation', () => {
    const ids = fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }));
    fc.assert(
      fc.property(ids, (id) => {
        expect(conversationIdOf(id)).toMatch(/^conv_[\w-]+$/);
        expect(clientIdIn(conversationIdOf(id))).toBe(id);
      }),
    );
    expect(clientIdIn('my-own')).toBe('my-own');
  });
});
