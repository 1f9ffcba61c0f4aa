import type { Agent } from './agent.js';

/** The agents there are, in the order people see them. */
export class AgentRegistry {
  /**
   * @param all with unique ids and labels
   * @param defaultId id of the agent that answers where none was chosen
   */
  constructor(
    readonly all: readonly Agent[],
    private readonly defaultId: string,
  ) {}

  get default(): Agent {
    const agent = this.all.find(({ id }) => id === this.defaultId);
    if (!agent) throw new Error(`the default agent ${this.defaultId} is not registered`);
    return agent;
  }

  /** The agent of a stored conversation; the default one answers for an agent that was removed. */
  get(id: string): Agent {
    return this.all.find((agent) => agent.id === id) ?? this.default;
  }

  /** An agent by its label or id, upper or lower case. */
  named(name: string): Agent | undefined {
    const wanted = name.trim().toLowerCase();
    return this.all.find(({ id, label }) => id === wanted || label.toLowerCase() === wanted);
  }
}
