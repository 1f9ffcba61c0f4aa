import { SettingError } from '../config/env.js';
import type { Agent } from './agent.js';

/** The agents, in the order people see them. */
export class AgentRegistry {
  /**
   * @param defaultId id of the agent that answers where none was chosen
   * @throws SettingError when a name would mean two agents
   */
  constructor(
    readonly all: readonly Agent[],
    private readonly defaultId: string,
  ) {
    refuseSharedNames(all);
  }

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
    return this.all.find((agent) => namesOf(agent).has(wanted));
  }
}

/** What clients may call an agent by. */
const namesOf = ({ id, label }: Agent) => new Set([id.toLowerCase(), label.trim().toLowerCase()]);

/** @throws SettingError naming both agents */
function refuseSharedNames(agents: readonly Agent[]): void {
  const taken = new Map<string, Agent>();
  for (const agent of agents)
    for (const name of namesOf(agent)) {
      const other = taken.get(name);
      if (other)
        throw new SettingError(
          `two agents are called "${name}", ${describe(other)} and ${describe(agent)}: ` +
            'each agent, in AGENTS_DIR or in code, needs an id (the name of its file) and a label of its own',
        );
      taken.set(name, agent);
    }
}

const describe = ({ id, label }: Agent) => `${id} ("${label}")`;
