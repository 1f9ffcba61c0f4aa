import type { RunEvent } from '../../../runs/run.js';
import { fromFrame, toWire } from './wire.js';

const source = (title: string, page: number | null) => ({
  source: 's',
  title,
  text: 't',
  score: 1,
  metadata: { page },
});

describe('frames of the agent desk', () => {
  it.each<[RunEvent, object[]]>([
    [{ offset: 1, type: 'started', conversationId: 'c' }, []],
    [{ offset: 2, type: 'log', text: 'searching' }, [{ event_type: 'log', content: 'searching' }]],
    [{ offset: 3, type: 'sources', sources: [] }, []],
    [
      { offset: 3, type: 'sources', sources: [source('a.md', null), source('b.pdf', 7)] },
      [{ event_type: 'log', content: 'Sources: [1] a.md; [2] b.pdf, page 7' }],
    ],
    [{ offset: 4, type: 'state', state: {} }, []],
    [
      { offset: 5, type: 'token', text: 'a "b"\n' },
      [{ event_type: 'on_chat_model_stream', content: 'a "b"\n' }],
    ],
    [
      { offset: 6, type: 'completed', reply: 'a', state: {} },
      [{ event_type: 'on_chat_model_end', content: '' }],
    ],
    [
      { offset: 6, type: 'failed', code: 'c', message: 'Too slow.', reply: 'a', state: {} },
      [
        { event_type: 'error', content: 'Too slow.' },
        { event_type: 'on_chat_model_end', content: '' },
      ],
    ],
    [
      {
        offset: 7,
        type: 'waiting',
        approvals: [
          { id: 'a1', callId: 'c1', tool: 'web_fetch', input: {} },
          { id: 'a2', callId: 'c2', tool: 'web_fetch', input: {} },
        ],
        message: 'The answer waits.',
        expiresAt: '',
        reply: '',
        state: {},
      },
      [
        {
          event_type: 'log',
          content:
            'The answer waits. To go on, decide with POST /runs/r/approvals/a1 and POST /runs/r/approvals/a2, ' +
            'or end it with POST /runs/r/stop.',
        },
        { event_type: 'on_chat_model_end', content: '' },
      ],
    ],
  ])('%j', (event, frames) => {
    expect(toWire('r', event).map((text) => JSON.parse(text) as object)).toEqual(frames);
    expect(toWire('r', event, 'm1').map((text) => JSON.parse(text) as object)).toEqual(
      frames.map((frame) => ({ ...frame, client_message_id: 'm1' })),
    );
  });

  it.each([
    ['hi', { content: 'hi' }],
    ['{"content":"hi","client_message_id":"m1"}', { content: '{"content":"hi","client_message_id":"m1"}' }],
    ['', null],
    [null, null],
  ])('take the plain text %j as it is', (text, question) => {
    expect(fromFrame(text, false)).toEqual(question);
  });

  it.each([
    ['{"content":"hi"}', { content: 'hi' }],
    ['{"content":"hi","client_message_id":"m1"}', { content: 'hi', client_message_id: 'm1' }],
    ['{"content":"hi","client_message_id":""}', null],
    ['{"content":"hi","client_message_id":7}', null],
    ['{"client_message_id":"m1"}', null],
    ['hi', null],
    ['null', null],
    [null, null],
  ])('take %j with frames=json', (text, question) => {
    expect(fromFrame(text, true)).toEqual(question);
  });
});
