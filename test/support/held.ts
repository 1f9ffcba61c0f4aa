import { say, type Play } from './fake-openai.js';

/** An answer of the fake model that waits until it is released. */
export function held(text: string): { play: Play; release(): void } {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  return {
    release: () => release(),
    play: async (response, request) => (await gate, say(text)(response, request)),
  };
}
