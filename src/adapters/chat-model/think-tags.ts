import { GrowingText } from './growing-text.js';

/** Markers of reasoning in the text of an answer, for servers that do not remove it. */
const AT_START: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<seed:think>', '</seed:think>'],
  ['<|channel|>analysis<|message|>', '<|channel|>final<|message|>'],
  ['[think]', '[/think]'],
  ['◁think▷', '◁/think▷'],
];
/** Tags recognized in the middle of an answer too; the others may be part of its content. */
const ANYWHERE = AT_START.slice(0, 2);
/** Ends thinking that began before the answer did: some chat templates write the opening tag themselves. */
const CLOSING = '</think>';
const MAX_BLANK = 1_000;

/**
 * Removes reasoning from a streamed answer, however its text is split. Tags in code are text. Text without `<`
 * takes a fast path once the answer has begun.
 */
export class ThinkTags {
  /** Reasoning since it was last taken. */
  private thought = '';
  /** The answer so far. */
  private text = new GrowingText();
  /** Buffer: a possible beginning of a tag, or blanks before the answer. */
  private held = '';
  /** All text received while the answer was treated as reasoning because the model's last one began with it. */
  private whole = '';
  private close: string | null;
  private hasThought = false;
  private isRetracted = false;
  /** True after the answer turned out to begin inside reasoning. */
  beganInside = false;

  /** @param startsInside whether the answer is expected to begin in the middle of thinking */
  constructor(private readonly startsInside = false) {
    this.close = startsInside ? CLOSING : null;
  }

  /** True inside reasoning. */
  get isThinking(): boolean {
    return this.close !== null;
  }

  /** @returns the part of the answer that can be shown now */
  push(piece: string): string {
    if (!this.text.isEmpty && !this.held && this.close === null && !piece.includes('<')) {
      this.text.add(piece);
      return piece;
    }
    const wasEmpty = this.text.isEmpty;
    let rest = this.held + piece;
    this.held = '';
    let shown = '';
    while (rest) {
      const step = this.close === null ? this.readText(rest) : this.readThought(rest, this.close);
      if (step.retracts) shown = '';
      shown += step.shown;
      if (step.retracts) this.text = new GrowingText();
      else this.text.add(step.shown);
      rest = step.rest;
    }
    if (this.isRetracted && wasEmpty) this.isRetracted = false;
    return shown;
  }

  /** Whether there is reasoning or a retraction to take. */
  get hasNews(): boolean {
    return this.isRetracted || this.thought !== '';
  }

  /** Whether previously returned text turned out not to be part of the answer; reset when read. */
  takeRetraction(): boolean {
    const { isRetracted } = this;
    this.isRetracted = false;
    return isRetracted;
  }

  takeReasoning(): string {
    const { thought } = this;
    this.thought = '';
    return thought;
  }

  /**
   * Flushes the buffer at the end of the answer.
   * @param isWhole whether the model ended the answer normally
   * @returns the buffered rest of the answer
   */
  end(isWhole: boolean): string {
    const { held } = this;
    this.held = '';
    if (this.close === null) {
      this.text.add(held);
      return held;
    }
    this.thought += held;
    if (!this.startsInside || this.beganInside || !isWhole) return '';
    // It did not think this time, or in tags of its own: all of it was the answer.
    const own = new ThinkTags();
    const text = own.push(this.whole.trimStart() + held);
    const answer = text + own.end(isWhole);
    this.text = new GrowingText(answer);
    this.close = own.close;
    return answer;
  }

  private readText(text: string): Step {
    return this.text.toString().trim() ? this.readMiddle(text) : this.readStart(text);
  }

  private readStart(text: string): Step {
    const bare = text.trimStart();
    const lower = bare.slice(0, 40).toLowerCase();
    const tag = AT_START.find(([open]) => lower.startsWith(open));
    if (tag) {
      this.begin(tag[1]);
      return { shown: '', rest: bare.slice(tag[0].length) };
    }
    if (bare.length === 0 || AT_START.some(([open]) => open.startsWith(lower))) {
      this.held = text.slice(-MAX_BLANK);
      return { shown: '', rest: '' };
    }
    // The blank line between the thinking and the answer belongs to neither.
    return this.readMiddle(this.hasThought ? bare : text);
  }

  private readMiddle(text: string): Step {
    for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
      const lower = text.slice(at, at + 12).toLowerCase();
      const tag = ANYWHERE.find(([open]) => lower.startsWith(open));
      const closes = !this.hasThought && lower.startsWith(CLOSING);
      const mayBecome = !tag && !closes && at + lower.length === text.length && isBeginning(lower);
      if (!tag && !closes && !mayBecome) continue;
      const before = text.slice(0, at);
      if (mayBecome) {
        this.held = text.slice(at);
        return { shown: before, rest: '' };
      }
      if (isInCode(this.text.toString() + before)) continue;
      if (!tag) return this.retract(before, text.slice(at + CLOSING.length));
      this.begin(tag[1]);
      return { shown: before, rest: text.slice(at + tag[0].length) };
    }
    return { shown: text, rest: '' };
  }

  private readThought(text: string, close: string): Step {
    const lower = text.toLowerCase();
    const end = lower.indexOf(close);
    if (end >= 0) {
      this.think(text.slice(0, end));
      this.close = null;
      this.hasThought = true;
      if (this.startsInside) this.beganInside = true;
      return { shown: '', rest: text.slice(end + close.length) };
    }
    const tail = lengthOfBeginning(lower, close);
    this.held = text.slice(text.length - tail);
    this.think(text.slice(0, text.length - tail));
    return { shown: '', rest: '' };
  }

  private begin(close: string): void {
    this.close = close;
    this.hasThought = true;
  }

  private think(text: string): void {
    this.thought += text;
    if (this.startsInside && !this.beganInside) this.whole += text;
  }

  private retract(before: string, rest: string): Step {
    this.thought += this.text.toString() + before;
    this.hasThought = true;
    this.beganInside = true;
    this.isRetracted = true;
    return { shown: '', rest, retracts: true };
  }
}

interface Step {
  shown: string;
  rest: string;
  /** The previously shown text is not part of the answer. */
  retracts?: boolean;
}

const isBeginning = (text: string) =>
  CLOSING.startsWith(text) || ANYWHERE.some(([open]) => open.startsWith(text));

/** Length of the longest prefix of a tag at the end of a text. */
function lengthOfBeginning(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--)
    if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}

/** Whether a text ends within a code span or a fenced block, or in a quotation mark. */
function isInCode(text: string): boolean {
  const fences = text.split('```').length - 1;
  if (fences % 2 === 1) return true;
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const ticks = line.split('`').length - 1;
  return ticks % 2 === 1 || /["'“‘«]$/.test(line);
}
