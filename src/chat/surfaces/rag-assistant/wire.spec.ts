import { Agent } from '../../../agents/agent.js';
import { AgentRegistry } from '../../../agents/agent-registry.js';
import { InvalidInput } from '../../../common/errors.js';
import type { RunEvent } from '../../../runs/run.js';
import { fromWire, toWire } from './wire.js';

const run = { runId: 'r', conversationId: 'c' };
const source = { source: 's', title: 't', text: 'x', score: 1, metadata: {} };
const everything = { citations: true, sentinel: true };

class Named extends Agent {
  readonly description = '';
  constructor(
    readonly id: string,
    readonly label: string,
  ) {
    super();
  }
  async answer(): Promise<void> {}
}
const agents = new AgentRegistry(
  [new Named('assistant', 'Assistant'), new Named('esg', 'ESG Agent'), new Named('table', 'Table Agent')],
  'assistant',
);
const read = (body: object, base?: string) => fromWire({ message: 'hi', ...body }, 'me', agents, base);
const issueOf = (body: object) => {
  try {
    read(body);
  } catch (error) {
    return (error as InvalidInput).issues[0];
  }
  return undefined;
};

describe('events of the RAG assistant', () => {
  it.each<[string, RunEvent, string]>([
    [
      'started',
      { offset: 1, type: 'started', conversationId: 'c' },
      'id: r:1\ndata: {"type":"meta","data":{"conversation_id":"c","run_id":"r"}}\n\n',
    ],
    [
      'sources',
      { offset: 2, type: 'sources', sources: [source] },
      `id: r:2\ndata: {"type":"sources","data":[${JSON.stringify(source)}]}\n\n`,
    ],
    ['state', { offset: 3, type: 'state', state: {} }, ''],
    [
      'log',
      { offset: 3, type: 'log', text: 'searching' },
      'id: r:3\ndata: {"type":"log","data":"searching"}\n\n',
    ],
    [
      'token',
      { offset: 4, type: 'token', text: 'a\n\ndata: "b"' },
      'id: r:4\ndata: {"type":"token","data":"a\\n\\ndata: \\"b\\""}\n\n',
    ],
    [
      'completed',
      { offset: 5, type: 'completed', reply: 'ab', state: {} },
      'id: r:4\ndata: {"type":"done","data":null}\n\nid: r:5\ndata: [DONE]\n\n',
    ],
    [
      'failed',
      { offset: 5, type: 'failed', code: 'model-timeout', message: 'Too slow.', reply: '', state: {} },
      'id: r:4\ndata: {"type":"error","data":{"message":"Too slow."}}\n\n' +
        'id: r:4\ndata: {"type":"done","data":null}\n\nid: r:5\ndata: [DONE]\n\n',
    ],
  ])('%s', (_name, event, frames) => {
    expect(toWire(run, everything)(event)).toBe(frames);
  });

  it('leaves out sources that were not asked for', () => {
    const toSse = toWire(run, { citations: false, sentinel: false });
    expect(toSse({ offset: 2, type: 'sources', sources: [source] })).toBe('');
  });

  it('sends reasoning only to clients that requested it', () => {
    const thought = { offset: 2, type: 'reasoning', text: 'Hm. ' } as const;
    const started = { runId: 'r', conversationId: 'c' } as Parameters<typeof toWire>[0];
    const options = { citations: true, sentinel: false };
    expect(toWire(started, options)(thought)).toBe('');
    expect(toWire(started, { ...options, reasoning: true })(thought)).toBe(
      'id: r:2\ndata: {"type":"reasoning","data":"Hm. "}\n\n',
    );
  });

  it('ends in done alone for clients that parse every line', () => {
    const toSse = toWire(run, { citations: true, sentinel: false });
    expect(toSse({ offset: 5, type: 'completed', reply: '', state: {} })).toBe(
      'id: r:5\ndata: {"type":"done","data":null}\n\n',
    );
  });
});

describe('requests of the RAG assistant', () => {
  it.each([
    [{}, { citations: true, sentinel: true }],
    [{ context: { page: 'dashboard' } }, { citations: true, sentinel: true }],
    [{ top_k: 5 }, { citations: true, sentinel: false }],
    [{ include_citations: false }, { citations: false, sentinel: false }],
    [{ attachment_ids: [] }, { citations: true, sentinel: false }],
  ])('%j', (fields, wire) => {
    expect(read(fields).wire).toEqual(wire);
  });

  it.each([null, '', undefined])('opens a new conversation for the id %j', (id) => {
    expect(read({ conversation_id: id }).turn.conversationId).toBeUndefined();
  });

  it('pass on the options for documents', () => {
    const { turn } = read({ top_k: 7, attachment_ids: ['a'] });
    expect(turn.documents).toEqual({ topK: 7, attachmentIds: ['a'] });
  });

  it.each([
    [undefined, 'assistant', false],
    [null, 'assistant', false],
    ['', 'assistant', false],
    ['ESG Agent', 'esg', true],
    ['esg', 'esg', true],
    ['assistant', 'assistant', true],
  ])('choose the agent %j', (agent, id, switchesAgent) => {
    expect(read({ agent }).turn).toMatchObject({ agent: id, switchesAgent });
  });

  it('name the agents there are when there is no such agent', () => {
    expect(issueOf({ agent: 'nope' })).toEqual({
      type: 'literal_error',
      loc: ['body', 'agent'],
      msg: "Input should be 'Assistant', 'ESG Agent' or 'Table Agent'",
      input: 'nope',
      ctx: { expected: "'Assistant', 'ESG Agent' or 'Table Agent'" },
    });
  });

  it.each([
    [{ message: '', attachment_ids: ['a'] }, 'Summarise the attached file.'],
    [{ message: '', attachment_ids: ['a', 'b'] }, 'Summarise the attached files.'],
    [{ message: ' \n', attachment_ids: ['a'] }, 'Summarise the attached file.'],
    [{ message: 'Why?', attachment_ids: ['a'] }, 'Why?'],
  ])('%j ask %j', (body, message) => {
    expect(read(body).turn.message).toBe(message);
  });

  it.each([{ message: '' }, { message: '', attachment_ids: [] }])('refuse %j', (body) => {
    expect(issueOf(body)).toMatchObject({
      type: 'string_too_short',
      loc: ['body', 'message'],
      msg: 'String should have at least 1 character',
    });
  });

  it('are relative to the public address', () => {
    const toSse = toWire(run, read({}, '/ai').wire);
    const sources = [{ ...source, source: '/attachments/1/raw' }];
    expect(toSse({ offset: 2, type: 'sources', sources })).toContain('"source":"/ai/attachments/1/raw"');
  });
});
