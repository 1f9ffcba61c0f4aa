import type { RunEvent } from '../../../runs/run.js';
import { fromWire, toWire } from './wire.js';

const run = { runId: 'r', conversationId: 'c' };
const source = { source: 's', title: 't', text: 'x', score: 1, metadata: {} };
const everything = { citations: true, sentinel: true };

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
    expect(fromWire({ message: 'hi', ...fields }, 'me').wire).toEqual(wire);
  });

  it.each([null, '', undefined])('opens a new conversation for the id %j', (id) => {
    expect(fromWire({ message: 'hi', conversation_id: id }, 'me').turn.conversationId).toBeUndefined();
  });

  it('hand on what is wished of the documents', () => {
    const { turn } = fromWire({ message: 'hi', top_k: 7, attachment_ids: ['a'] }, 'me');
    expect(turn.documents).toEqual({ topK: 7, attachmentIds: ['a'] });
  });
});
