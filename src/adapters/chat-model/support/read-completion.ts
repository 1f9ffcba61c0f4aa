import { CompletionParser } from '../completion-parser.js';

export const event = (content: string, eol = '\n') =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}${eol}${eol}`;
export const DONE = 'data: [DONE]\n\n';

export function read(...pieces: (string | Buffer)[]) {
  const parser = new CompletionParser();
  let reasoning = '';
  let text = '';
  const take = () => {
    reasoning += parser.takeReasoning();
    if (parser.takeRetraction()) text = '';
    const taken = parser.take().join('');
    text += taken;
    return taken;
  };
  const texts = pieces.map((piece) => {
    parser.push(Buffer.from(piece));
    return take();
  });
  parser.end();
  take();
  return { texts, text, failure: parser.failure?.code ?? null, reasoning, parser };
}

export const chunk = (choice: object, more: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], ...more })}\n\n`;
export const stop = (finish_reason: string) => chunk({ delta: {}, finish_reason });
