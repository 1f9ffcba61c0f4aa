/**
 * The texts of the model. A text follows from its number and its length alone: the client can compute what it must
 * receive, and a stream that was mixed up with another is found out.
 */
const WORDS =
  'every answer is a stream of words that must arrive once and in order whoever reads them and however fast'.split(
    ' ',
  );
/** What breaks writers and readers that are not careful, of what Parley passes on as it is: no HTML, one form of line end. */
const AWKWARD = [
  '\n',
  '\n\n',
  '\t',
  '"',
  '\\',
  '\\n',
  '\u2028',
  ' é',
  ' 日本語',
  ' 🙂',
  ' 👩‍👩‍👧',
  ' <3',
  ' data:',
  '\n\ndata: [DONE]\n\n',
  '\n\nevent: done\ndata: {}\n\n',
  ' {"type":"done"}',
];
/** How many different texts there are. */
export const TEXTS = 64;

const known = new Map();

/** @returns {string[]} the tokens of a text */
export function tokensOf(text, count) {
  const key = `${text}/${count}`;
  if (!known.has(key)) known.set(key, compose(text, count));
  return known.get(key);
}

function compose(text, count) {
  let seed = text + 1;
  const pick = (list) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return list[Math.floor((seed / 2 ** 32) * list.length)];
  };
  const tokens = [`Text ${text}:`];
  while (tokens.length < count - 1) tokens.push(tokens.length % 8 ? ` ${pick(WORDS)}` : pick(AWKWARD));
  return count > 1 ? [...tokens, ' end'] : tokens;
}

/** The message that makes the model return a text; it reaches the model through whatever stands between. */
export const toOrder = ({ text, tokens, paceMs }) =>
  `Say text ${text} in ${tokens} tokens, one every ${paceMs} ms.`;

/** The last order in the body of a request: those before it are history. */
export function readOrder(body) {
  const from = body.lastIndexOf('Say text ');
  const found = /^Say text (\d+) in (\d+) tokens, one every (\d+) ms\./.exec(
    from < 0 ? '' : body.slice(from),
  );
  if (!found) return null;
  const [text, tokens, paceMs] = found.slice(1).map(Number);
  return { text, tokens, paceMs };
}
