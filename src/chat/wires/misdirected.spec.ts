import { ParleyError } from '../../common/errors.js';
import { refuseMisdirected, type BodyOf } from './misdirected.js';

const said = [{ role: 'user', content: 'Hi' }];
const BODIES: [BodyOf, object, string][] = [
  ['ai-sdk', { id: 'c', messages: said, trigger: 'submit-message' }, 'POST /api/ai/chat'],
  ['ai-sdk', { id: 'c', message: { role: 'user', parts: [] } }, 'POST /api/ai/chat'],
  ['ag-ui', { threadId: 't', runId: 'r', messages: said }, 'POST /agui/{agent}'],
  ['mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, 'POST /mcp'],
  ['completions', { model: 'assistant', messages: said }, 'POST /v1/chat/completions'],
  ['responses', { model: 'assistant', input: 'Hi' }, 'POST /v1/responses'],
  ['rag-assistant', { message: 'Hi' }, 'POST /chat'],
];

function refusalOf(body: unknown, own?: BodyOf): string | undefined {
  try {
    refuseMisdirected(body, own);
    return undefined;
  } catch (error) {
    return (error as ParleyError).message;
  }
}

describe('a body of another wire', () => {
  it.each(BODIES)('of %s is answered with its own route, everywhere but there', (own, body, route) => {
    expect(refusalOf(body, own)).toBeUndefined();
    for (const [other] of BODIES) if (other !== own) expect(refusalOf(body, other)).toContain(route);
  });

  it('is taken for that of an older useChat when it is a list of messages alone', () => {
    for (const body of [{ messages: said }, { messages: said, data: {} }]) {
      expect(refusalOf(body)).toContain('POST /api/ai/chat');
      // The wires themselves say what is missing.
      expect(refusalOf(body, 'completions')).toBeUndefined();
    }
  });

  it('is not found in bodies of Parley’s surfaces, nor in values that are no object', () => {
    for (const body of [
      { message: 'Hi' },
      { content: 'Hi' },
      { session_id: 's', message: 'Hi' },
      [],
      null,
      'x',
    ])
      expect(refusalOf(body)).toBeUndefined();
  });
});
