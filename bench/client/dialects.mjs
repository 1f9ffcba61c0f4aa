/**
 * How a turn is requested, and what an event of its stream means: `{ text }`, `{ isOver }`, `{ error }`, or
 * `{ conversation }` where the server chooses its id.
 * A relay has no accounts; its stream is the model's own.
 */
const DONE = { isOver: true };
const NOTHING = {};

/** The native API, with an agent. */
const withAgent = (agent) => ({
  toRequest: ({ conversation, message, token }) => ({
    path: '/chat',
    headers: { Authorization: `Bearer ${token}` },
    body: { conversation_id: conversation, message, agent, include_citations: false },
  }),
  read: (data) => dialects.parley.read(data),
});

export const dialects = {
  'agent-direct': withAgent('agent-direct'),
  'agent-tools': withAgent('agent-tools'),
  parley: {
    toRequest: ({ conversation, message, token }) => ({
      path: '/chat',
      headers: { Authorization: `Bearer ${token}` },
      body: { conversation_id: conversation, message, include_citations: false },
    }),
    read(data) {
      const event = JSON.parse(data);
      if (event.type === 'token') return { text: event.data };
      if (event.type === 'error') return { error: event.data.message };
      return event.type === 'done' ? DONE : NOTHING;
    },
  },
  openai: {
    toRequest: ({ conversation, message, token }) => ({
      path: '/v1/chat/completions',
      headers: { Authorization: `Bearer ${token}` },
      body: {
        model: 'assistant',
        stream: true,
        messages: [{ role: 'user', content: message }],
        metadata: { conversation_id: conversation },
      },
    }),
    read(data) {
      if (data === '[DONE]') return DONE;
      const { choices, error } = JSON.parse(data);
      if (error) return { error: error.message };
      return { text: choices[0]?.delta.content };
    },
  },
  responses: {
    toRequest: ({ message, token }) => ({
      path: '/v1/responses',
      headers: { Authorization: `Bearer ${token}` },
      body: { model: 'assistant', stream: true, input: message },
    }),
    read(data) {
      const { type, delta, response } = JSON.parse(data);
      if (type === 'response.output_text.delta') return { text: delta };
      if (type === 'response.created') return { conversation: toUuid(response.conversation.id) };
      if (type === 'response.failed') return { error: response.error.message };
      return type === 'response.completed' ? DONE : NOTHING;
    },
  },
  'ai-sdk': {
    toRequest: ({ conversation, message, token }) => ({
      path: '/api/ai/chat',
      headers: { Authorization: `Bearer ${token}` },
      body: {
        id: conversation,
        trigger: 'submit-message',
        messages: [{ id: conversation, role: 'user', parts: [{ type: 'text', text: message }] }],
      },
    }),
    read(data) {
      if (data === '[DONE]') return DONE;
      const { type, delta, errorText } = JSON.parse(data);
      if (type === 'text-delta') return { text: delta };
      return type === 'error' ? { error: errorText } : NOTHING;
    },
  },
  'ag-ui': {
    toRequest: ({ conversation, message, token }) => ({
      path: '/agui/assistant',
      headers: { Authorization: `Bearer ${token}` },
      body: {
        threadId: conversation,
        runId: conversation,
        messages: [{ id: 'm', role: 'user', content: message }],
        tools: [],
        context: [],
        state: {},
        forwardedProps: {},
      },
    }),
    read(data) {
      const { type, delta, message } = JSON.parse(data);
      if (type === 'TEXT_MESSAGE_CONTENT') return { text: delta };
      if (type === 'RUN_ERROR') return { error: message };
      return type === 'RUN_FINISHED' ? DONE : NOTHING;
    },
  },
  relay: {
    toRequest: ({ conversation, message }) => ({ path: '/chat', body: { conversation, message } }),
    read(data) {
      if (data === '[DONE]') return DONE;
      return { text: JSON.parse(data).choices[0].delta.content };
    },
  },
};

const toUuid = (conversationId) =>
  conversationId.replace(/^conv_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** @returns a function that is given the bytes of an event stream and calls back with the data of each whole event */
export function eventReader(onData) {
  let rest;
  return (bytes) => {
    const all = rest ? Buffer.concat([rest, bytes]) : bytes;
    const end = all.lastIndexOf('\n\n');
    rest = end < 0 ? all : all.subarray(end + 2);
    if (end < 0) return;
    for (const event of all.utf8Slice(0, end).split('\n\n')) {
      const data = event.startsWith('data: ') ? 0 : event.indexOf('\ndata: ') + 1;
      // Comments only keep a stream open.
      if (event.startsWith('data: ', data)) onData(event.slice(data + 'data: '.length));
    }
  };
}
