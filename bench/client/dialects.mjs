/**
 * How a turn is requested, and what an event of its stream means: `{ text }`, `{ isOver }` or `{ error }`.
 * A relay has no accounts; its stream is the model's own.
 */
const DONE = { isOver: true };
const NOTHING = {};

export const dialects = {
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
  relay: {
    toRequest: ({ conversation, message }) => ({ path: '/chat', body: { conversation, message } }),
    read(data) {
      if (data === '[DONE]') return DONE;
      return { text: JSON.parse(data).choices[0].delta.content };
    },
  },
};

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
      if (event[0] !== ':') onData(event.slice(data + 'data: '.length));
    }
  };
}
