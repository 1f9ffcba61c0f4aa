import type { ChatPrompt, ChatTurn } from './chat-model.js';
import { digest } from './offline/digest.js';
import { fitSteps, stepsTokens } from './tools/fit-steps.js';
import { estimateTokens } from './tokens.js';

/** Tokens of our rules, of roles and of the marks between messages. */
const OVERHEAD = 250;
const PER_MESSAGE = 6;
/** Of an image; models count 85 to 1,700, by its size. */
export const PICTURE_TOKENS = 1_000;
/** Shares of the budget that remains beside the message: of passages, and of statements from omitted turns. */
const PASSAGES_SHARE = 0.7;
const EARLIER_SHARE = 0.15;
const MAX_EARLIER = 1_500;
/** Share of the whole budget of facts about the user. */
const MEMORIES_SHARE = 0.1;

/**
 * Trims a prompt to a token budget: instructions and message are kept whole, tool results are limited to a share,
 * then as many passages (best first) and turns (newest first) as fit. From omitted turns, important statements of
 * the user are kept.
 * @param budget tokens of the whole request
 */
export function fitPrompt(whole: ChatPrompt, budget: number): ChatPrompt {
  const prompt: ChatPrompt = {
    ...whole,
    ...(whole.steps && { steps: fitSteps(whole.steps, budget) }),
    ...(whole.memories && { memories: takeWhile(whole.memories, budget * MEMORIES_SHARE, lineTokens) }),
  };
  if (prompt.summary)
    prompt.summary = fitSummary(prompt.summary, budget - fixedTokens({ ...prompt, summary: '' }));
  const { passages, earlier = [], history, message } = prompt;
  let left = Math.max(0, budget - fixedTokens(prompt));
  const kept =
    passages &&
    takeWhile(
      passages,
      left * PASSAGES_SHARE,
      ({ title, text }) => estimateTokens(title + text) + 2 * PER_MESSAGE,
    );
  left -= sum(kept ?? [], ({ title, text }) => estimateTokens(title + text) + 2 * PER_MESSAGE);

  const spoken = sum(history, turnTokens);
  if (spoken <= left && earlier.length === 0)
    return passages && kept ? { ...prompt, passages: kept } : prompt;
  const forEarlier = Math.min(MAX_EARLIER, Math.floor(left * EARLIER_SHARE));
  const turns = spoken <= left - forEarlier ? history : newest(history, left - forEarlier);
  const leftOut = history.slice(0, history.length - turns.length);
  const said = [...earlier, ...leftOut.filter(({ role }) => role === 'user').map(({ content }) => content)];
  return { ...prompt, passages: kept, history: turns, earlier: digest(said, message, forEarlier) };
}

/** Estimated tokens of a request with this prompt. */
export const promptTokens = (prompt: ChatPrompt): number =>
  fixedTokens(prompt) +
  sum(prompt.history, turnTokens) +
  sum(prompt.passages ?? [], ({ title, text }) => estimateTokens(title + text) + 2 * PER_MESSAGE) +
  sum(prompt.earlier ?? [], lineTokens);

function fixedTokens(prompt: ChatPrompt): number {
  const {
    instructions,
    message,
    context,
    draft = '',
    continues = '',
    summary = '',
    tools,
    steps = [],
    memories = [],
    pictures = [],
  } = prompt;
  const data = (context === undefined ? '' : JSON.stringify(context)) + (tools ? JSON.stringify(tools) : '');
  return (
    OVERHEAD +
    stepsTokens(steps) +
    sum(memories, lineTokens) +
    pictures.length * PICTURE_TOKENS +
    [instructions, message, data, draft, continues, summary].reduce(
      (total, text) => total + estimateTokens(text),
      0,
    )
  );
}

/** The beginning of a summary within a budget; undefined without room for it. */
function fitSummary(summary: string, budget: number): string | undefined {
  const tokens = estimateTokens(summary);
  if (tokens <= budget) return summary;
  return (
    summary.slice(0, Math.max(0, Math.floor((summary.length * budget) / tokens) - 1)).toWellFormed() ||
    undefined
  );
}

/** The newest turns within a budget, from a question on. */
function newest(history: readonly ChatTurn[], budget: number): readonly ChatTurn[] {
  const turns = takeWhile(history.toReversed(), budget, turnTokens).toReversed();
  const first = turns.findIndex(({ role }) => role === 'user');
  return first < 0 ? [] : turns.slice(first);
}

const lineTokens = (text: string) => estimateTokens(text) + 2;

const turnTokens = ({ content }: ChatTurn) => estimateTokens(content) + PER_MESSAGE;

function takeWhile<T>(items: readonly T[], budget: number, cost: (item: T) => number): T[] {
  let left = budget;
  const end = items.findIndex((item) => (left -= cost(item)) < 0);
  return items.slice(0, end < 0 ? items.length : end);
}

const sum = <T>(items: readonly T[], cost: (item: T) => number) =>
  items.reduce((total, item) => total + cost(item), 0);
