import type { AgentEvent } from '../agents/agent.js';
import type { LiveRun } from './live-run.js';
import { SafeText } from './safe-text/safe-text.js';
import { VerbatimText } from './safe-text/verbatim-text.js';

/** UTF-16 units of thinking that a run keeps; more is not shown. */
const MAX_REASONING = 256 * 1024;

/** What an earlier run wrote was cleaned by the sources of that run. */
const ANY_SOURCE = 99;

type Shown = Exclude<AgentEvent, { type: 'usage' | 'request' | 'finish' | 'suspend' }>;

/** Turns what an agent does into events of its run. Whatever an agent writes is cleaned here, and nowhere else. */
export class RunOutput {
  private hasBegun = false;
  private reasoning = 0;
  private safe: SafeText | VerbatimText;
  private sourceCount: number;

  /**
   * @param beginning of the reply, from an earlier run that was cut; the agent's text goes on behind it
   * @param isJson of an answer that is JSON, for programs: it is not altered
   */
  constructor(
    private readonly live: LiveRun,
    private readonly beginning: string,
    private readonly isJson = false,
  ) {
    // What has waited for a person has sources already.
    this.sourceCount = live.snapshot.sources?.length ?? 0;
    this.safe = this.cleaner(this.sourceCount);
  }

  /** Whether the agent has added no text that can be seen. */
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

  /** Nothing more comes. What an earlier run wrote is not lost when this one wrote nothing. */
  end(): void {
    this.begin();
    this.write(this.safe.end());
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    if (this.beginning) this.write(this.restart());
  }

  /** @returns as much of the beginning as is decided before more comes */
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
    if (text) this.live.append({ type: 'token', text });
  }

  private addReasoning(text: string): void {
    if (this.reasoning < MAX_REASONING) this.live.append({ type: 'reasoning', text });
    this.reasoning += text.length;
  }
}
