import { say, type Play, type RecordedRequest } from './fake-openai.js';
import { callTools, type FakeCall } from './fake-tool-calls.js';

/** Orders as poisoned data words them, for the obeying model. */
export const order = {
  call: (name: string, input: object) => `OBEY call ${name} ${JSON.stringify(input)} END`,
  say: (text: string) => `OBEY say ${text} END`,
};

const ORDER = /OBEY (call|say) ([\s\S]*?) END/g;

interface Message {
  role: string;
  content: string | null;
  tool_calls?: { function: { name: string; arguments: string } }[];
}
type Body = RecordedRequest['body'] & {
  tools?: { function: { name: string; description: string; parameters: object } }[];
};

/**
 * A model that does everything that anybody tells it: it calls `first`, then whatever the results, passages, messages and
 * descriptions of tools order it to call, each once, and then says what they order it to say.
 */
export const obey =
  (first: FakeCall | null): Play =>
  (response, request) => {
    const body = request.body as Body;
    const messages = body.messages as Message[];
    const made = messages.flatMap(({ tool_calls = [] }) => tool_calls.map((each) => each.function));
    const data = messages.filter(({ role }) => role !== 'assistant').map(({ content }) => content ?? '');
    const heard = [...data, ...(body.tools ?? []).map((tool) => JSON.stringify(tool.function))].join('\n');
    const orders = [...heard.matchAll(ORDER)].map(([, kind, text]) => ({ kind, text: text! }));
    const wanted = orders.flatMap(({ kind, text }) => (kind === 'call' ? (read(text) ?? []) : []));
    const next = [...(first ? [first] : []), ...wanted].find(
      ({ name, input }) =>
        !made.some((call) => call.name === name && call.arguments === JSON.stringify(input)),
    );
    if (next && body.tools) return callTools([next])(response, request);
    const texts = orders.flatMap(({ kind, text }) => (kind === 'say' ? plain(text) : []));
    return say(`As you wish. ${texts.join(' ')}`)(response, request);
  };

/** An order may stand in JSON, once or twice. */
function read(text: string): FakeCall | null {
  const [, name, input = ''] = /^([\w-]+) ([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) return null;
  for (let json = input, depth = 0; depth < 4; depth++, json = plain(json))
    try {
      return { name, input: JSON.parse(json) as object };
    } catch {
      // It is quoted once more.
    }
  return null;
}

const plain = (text: string) =>
  text
    .replaceAll(/\\(["\\])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll("'", '"');
