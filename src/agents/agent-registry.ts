import { SettingError } from '../config/env.js';
import type { Agent } from './agent.js';
import { UnavailableAgent } from './agent-unavailable.js';
import type { StoredAgent } from './stored/stored-agents.js';

/** Where the agents that admins have created are kept. */
interface StoredSource {
  /** Another array after each change. */
  readonly list: readonly StoredAgent[];
  load(): Promise<void>;
}

const NONE: StoredSource = { list: [], load: async () => {} };

/** The agents, in the order people see them: those of files and of code, then those that admins have created. */
export class AgentRegistry {
  private current?: { of: readonly StoredAgent[]; all: readonly Agent[] };

  /**
   * @param builtIn those of files and of code
   * @param defaultId id of the agent that answers where none was chosen
   * @throws SettingError when a name would mean two agents
   */
  constructor(
    readonly builtIn: readonly Agent[],
    private readonly defaultId: string,
    private readonly stored: StoredSource = NONE,
  ) {
    refuseSharedNames(builtIn);
  }

  /** Those that can be chosen. */
  get all(): readonly Agent[] {
    const { list } = this.stored;
    if (this.current?.of !== list) {
      const usable = list.filter((each) => each.state === 'enabled' && !this.isBuiltIn(each));
      this.current = { of: list, all: [...this.builtIn, ...usable.flatMap(({ agent }) => agent ?? [])] };
    }
    return this.current.all;
  }

  get default(): Agent {
    const agent = this.builtIn.find(({ id }) => id === this.defaultId);
    if (!agent) throw new Error(`the default agent ${this.defaultId} is not registered`);
    return agent;
  }

  /**
   * The agent of a stored conversation. The default one answers for an agent of a file or of code that was removed; one that
   * an admin has disabled or deleted says so.
   */
  get(id: string): Agent {
    const agent = this.all.find((each) => each.id === id);
    if (agent) return agent;
    const stored = this.stored.list.find((each) => each.id === id);
    if (!stored) return this.default;
    return new UnavailableAgent(id, stored.label, stored.version, whyNot(stored));
  }

  /** As `get`; one that another replica has just created is read first. */
  async read(id: string): Promise<Agent> {
    const isKnown = this.all.some((each) => each.id === id);
    if (!isKnown) await this.stored.load();
    return this.get(id);
  }

  /**
   * Why the agent of this id cannot answer, by the present state of the store; null when it can.
   * @returns `isFinal` for one that was deleted, or was in a file or in code and is no longer
   */
  async unavailabilityOf(id: string): Promise<{ message: string; isFinal: boolean } | null> {
    await this.stored.load();
    if (this.all.some((each) => each.id === id)) return null;
    const stored = this.stored.list.find((each) => each.id === id);
    const isFinal = !stored || stored.state === 'deleted';
    return {
      message: `The agent "${stored?.label ?? id}" ${stored ? whyNot(stored) : WHY.deleted}.`,
      isFinal,
    };
  }

  /** An agent by its label or id, upper or lower case. */
  named(name: string): Agent | undefined {
    const wanted = name.trim().toLowerCase();
    return this.all.find((agent) => namesOf(agent).has(wanted));
  }

  /** Whether one of these names means an agent of a file or of code. */
  isBuiltIn(names: { id: string; label: string }): boolean {
    const wanted = namesOf(names);
    return this.builtIn.some((agent) => [...namesOf(agent)].some((name) => wanted.has(name)));
  }
}

const WHY = {
  enabled: 'has the name of another one, and cannot answer',
  unusable: 'cannot answer with the present settings of this server',
  disabled: 'was disabled',
  deleted: 'was deleted',
};

const whyNot = ({ state, problem }: StoredAgent) =>
  state === 'enabled' && problem ? WHY.unusable : WHY[state];

/** What clients may call an agent by. */
const namesOf = ({ id, label }: { id: string; label: string }) =>
  new Set([id.toLowerCase(), label.trim().toLowerCase()]);
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
