import type { AgentEvent } from '../agents/agent.js';
import type { LiveRun } from './live-run.js';

/** UTF-16 units of thinking that a run keeps; more is not shown. */
const MAX_REASONING = 256 * 1024;

type Shown = Exclude<AgentEvent, { type: 'usage' | 'finish' }>;

/** Turns what an agent does into events of its run. */
export class RunOutput {
  private hasBegun = false;
  private reasoning = 0;

  /** @param beginning of the reply, from an earlier run that was cut; the agent's text goes on behind it */
  constructor(
    private readonly live: LiveRun,
    private readonly beginning: string,
  ) {}

  /** Whether the agent has added no text that can be seen. */
  get isEmpty(): boolean {
    return !this.live.snapshot.reply.slice(this.beginning.length).trim();
  }

  add(event: Shown): void {
    switch (event.type) {
      case 'text':
        this.begin();
        for (const text of event.tokens) this.live.append({ type: 'token', text });
        break;
      case 'reasoning':
        this.addReasoning(event.text);
        break;
      case 'retract': {
        const { state, sources } = this.live.snapshot;
        this.live.append({ type: 'reset', reply: this.beginning, state, sources: sources ?? [] });
        break;
      }
      case 'log':
      case 'sources':
      case 'state':
        this.live.append(event);
    }
  }

  /** Nothing more comes. What an earlier run wrote is not lost when this one wrote nothing. */
  end(): void {
    this.begin();
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    if (this.beginning) this.live.append({ type: 'token', text: this.beginning });
  }

  private addReasoning(text: string): void {
    if (this.reasoning < MAX_REASONING) this.live.append({ type: 'reasoning', text });
    this.reasoning += text.length;
  }
}
