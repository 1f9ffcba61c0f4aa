import type { AgentEvent } from '../agents/agent.js';
import type { LiveRun } from './live-run.js';
import type { LoggedEvent } from './run.js';
import { SafeText } from './safe-text/safe-text.js';
import { VerbatimText } from './safe-text/verbatim-text.js';

/** Maximum UTF-16 units of reasoning kept per run; more is not shown. */
const MAX_REASONING = 256 * 1024;

/** The text of a continued run was cleaned with the sources of that run. */
const ANY_SOURCE = 99;

type Shown = Exclude<AgentEvent, { type: 'usage' | 'request' | 'finish' | 'suspend' }>;

/** Converts an agent's events to events of its run. The only place where an agent's text is sanitized. */
export class RunOutput {
  private hasBegun = false;
  private reasoning = 0;
  private safe: SafeText | VerbatimText;
  private sourceCount: number;

  /**
   * @param beginning of the reply, from an interrupted run that is continued; the agent's text is appended
   * @param isJson the answer is JSON for programs: it is passed unchanged
   */
  constructor(
    private readonly live: LiveRun,
    private readonly beginning: string,
    private readonly isJson = false,
  ) {
    // A run resumed after an approval already has sources.
    this.sourceCount = live.snapshot.sources?.length ?? 0;
    this.safe = this.cleaner(this.sourceCount);
  }

  /** Whether the agent has added no visible text. */
  get isEmpty(): boolean {
    return !this.live.snapshot.reply.slice(this.beginning.length).trim();
  }

  add(event: Shown): void {
    switch (event.type) {
      case 'text':
        this.begin();
        for (const token of event.tokens) this.write(this.safe.push(token));
        break;
      case 'reasoning':
        this.addReasoning(event.text);
        break;
      case 'retract': {
        const { state, sources } = this.live.snapshot;
        this.live.append({ type: 'reset', reply: this.restart(), state, sources: sources ?? [] });
        break;
      }
      case 'sources':
        this.sourceCount = this.safe.sourceCount = event.sources.length;
        this.live.append(event);
        break;
      case 'log':
      case 'tool':
      case 'state':
        this.live.append(event);
    }
  }

  /** Flushes the sanitizer. The text of a continued run is kept when this run wrote nothing. */
  end(): void {
    this.begin();
    this.write(this.safe.end());
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    if (this.beginning) this.write(this.restart());
  }

  /** @returns the part of `beginning` that the sanitizer releases before more text is received */
  private restart(): string {
    this.safe = this.cleaner(ANY_SOURCE);
    const shown = this.safe.push(this.beginning);
    this.safe.sourceCount = this.sourceCount;
    return shown;
  }

  private cleaner(sourceCount = 0): SafeText | VerbatimText {
    return this.isJson ? new VerbatimText() : new SafeText(sourceCount);
  }

  private write(text: string): void {
    if (!text) return;
    // With an offset from the start: V8 stores a property that is added later apart from the object.
    const event: LoggedEvent = { type: 'token', text, offset: 0 };
    this.live.append(event);
  }

  private addReasoning(text: string): void {
    if (this.reasoning < MAX_REASONING) this.live.append({ type: 'reasoning', text });
    this.reasoning += text.length;
  }
}
