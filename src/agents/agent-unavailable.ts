import { Agent } from './agent.js';

/** A conversation's agent does not answer any more; the message is for the user. */
export class AgentUnavailable extends Error {
  readonly code = 'agent-unavailable';
}

/** In place of an agent that was disabled or deleted, in conversations that still have it. */
export class UnavailableAgent extends Agent {
  readonly description = '';

  /** @param why after the agent's name, as in "was deleted" */
  constructor(
    readonly id: string,
    readonly label: string,
    override readonly version: number,
    private readonly why: string,
  ) {
    super();
  }

  async answer(): Promise<void> {
    throw new AgentUnavailable(`The agent "${this.label}" ${this.why}. Choose another agent to continue.`);
  }
}
