import type { ServerResponse } from 'node:http';
import { sendJson, tokens, type Play, type RecordedRequest } from './fake-openai.js';

/** Counts what a model server would charge: each word of a request, and each token that it has sent. */
export class BillingProvider {
  input = 0;
  output = 0;

  get total(): number {
    return this.input + this.output;
  }

  /** A whole answer, with its usage in the last chunk, as OpenAI's servers send it. */
  whole(text: string): Play {
    return (response, request) => {
      const stream = this.open(response, request);
      for (const token of tokens(text)) stream.say(token, false);
      response.end(stream.usageChunk() + 'data: [DONE]\n\n');
    };
  }

  /** An answer that does not go on; each chunk has the usage so far, as vLLM and others send it. */
  stalling(text: string): Play {
    return (response, request) => {
      const stream = this.open(response, request);
      for (const token of tokens(text)) stream.say(token, true);
    };
  }

  /** The same, and then the connection breaks. */
  breaking(text: string): Play {
    return (response, request) => {
      const stream = this.open(response, request);
      response.write(stream.usageChunk());
      for (const token of tokens(text)) stream.say(token, true);
      // What was written before reaches the client first.
      response.write(': end\n\n', () => response.destroy());
    };
  }

  /** An answer as a document, with the arguments of the tool that was offered. */
  calling(args: unknown): Play {
    return (response, { body }) => {
      const input = wordsOf(body);
      this.input += input;
      this.output += 3;
      const call = {
        id: 'call_fake',
        type: 'function',
        function: { name: body.tools?.[0]?.function.name ?? 'none', arguments: JSON.stringify(args) },
      };
      sendJson(response, 200, {
        id: 'chatcmpl-fake',
        object: 'chat.completion',
        model: 'fake',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: null, tool_calls: [call] },
            finish_reason: 'tool_calls',
          },
        ],
        usage: { prompt_tokens: input, completion_tokens: 3, total_tokens: input + 3 },
      });
    };
  }

  private open(response: ServerResponse, { body }: RecordedRequest) {
    const input = wordsOf(body);
    let output = 0;
    this.input += input;
    const usage = () => ({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output });
    const chunk = (fields: object) =>
      `data: ${JSON.stringify({ id: 'chatcmpl-fake', object: 'chat.completion.chunk', ...fields })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return {
      say: (content: string, isCounted: boolean) => {
        output += 1;
        this.output += 1;
        const choices = [{ index: 0, delta: { content }, finish_reason: null }];
        response.write(chunk({ choices, ...(isCounted && { usage: usage() }) }));
      },
      usageChunk: () => chunk({ choices: [], usage: usage() }),
    };
  }
}

const wordsOf = ({ messages }: RecordedRequest['body']): number =>
  messages.reduce((sum, { content }) => sum + (content ?? '').split(/\s+/).length, 0);
