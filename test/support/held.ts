import { embed, END, event, say, tokens, type Play, type Reply } from './fake-openai.js';

/** An answer of the fake model that waits until it is released. */
export function held(answer: Reply): { play: Play; release(): void } {
  const { gate, release } = closedGate();
  const play = typeof answer === 'string' ? say(answer) : answer;
  return { release, play: async (response, request) => (await gate, play(response, request)) };
}

/** A streamed answer that begins at once, and goes on when it is released. */
export function heldAfter(begin: string, rest: string): { play: Play; release(): void } {
  const { gate, release } = closedGate();
  const spoken = (text: string) =>
    tokens(text)
      .map((content) => event({ content }))
      .join('');
  return {
    release,
    play: async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(spoken(begin));
      await gate;
      response.end(spoken(rest) + END);
    },
  };
}

/** Vectors that come when they are released. */
export function heldEmbeddings(): { play: Play; release(): void } {
  const { gate, release } = closedGate();
  return { release, play: async (response, request) => (await gate, embed()(response, request)) };
}

function closedGate() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, release: () => open() };
}
