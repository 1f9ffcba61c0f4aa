import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { ReloadOnChange } from '../../adapters/redis/reload-on-change.js';
import { Logger } from '../../common/logger.js';
import { reasonOf } from '../../common/startup.js';
import { AgentsRepository, type CurrentAgent } from '../../database/repositories/agents/agents.repository.js';
import type { Agent } from '../agent.js';
import { PersonaAgent } from '../personas/persona.agent.js';
import { PersonaParts } from '../personas/persona-parts.js';
import { personaSchema } from '../personas/persona.js';

const CHANNEL = 'parley:agents';

/** An agent created by an admin, as of the last load. */
export interface StoredAgent {
  id: string;
  label: string;
  version: number;
  state: 'enabled' | 'disabled' | 'deleted';
  order: number;
  /** Null for a deleted one, and for one whose definition cannot be used here. */
  agent: Agent | null;
  /** Why it cannot be used. */
  problem: string | null;
}

/**
 * The agents that admins have created, in memory. A change reaches every replica at once, while Redis is unavailable within
 * ten seconds.
 */
@Injectable()
export class StoredAgents implements OnApplicationBootstrap, OnModuleDestroy {
  /** In the order in which people see them; another array after each change. */
  list: readonly StoredAgent[] = [];
  private revision = '';
  private readonly reload: ReloadOnChange;

  constructor(
    private readonly agents: AgentsRepository,
    private readonly parts: PersonaParts,
    redis: Redis,
    private readonly logger: Logger,
  ) {
    this.reload = new ReloadOnChange(
      redis,
      CHANNEL,
      () => this.read(),
      (error) =>
        logger.warn({ reason: reasonOf(error) }, 'agents could not be read; the last known ones are used'),
    );
  }

  onApplicationBootstrap(): Promise<void> {
    return this.reload.start();
  }

  onModuleDestroy(): void {
    this.reload.stop();
  }

  /** Call when a change is committed. Resolves when the other replicas have been notified, or cannot be. */
  announce(): Promise<void> {
    return this.reload.announce();
  }

  /** Reads changes, after loads in progress. */
  load(): Promise<void> {
    return this.reload.load();
  }

  private async read(): Promise<void> {
    // Read first: the next load finds later commits.
    const revision = await this.agents.revision();
    if (revision === this.revision) return;
    const known = new Map(this.list.map((stored) => [stored.id, stored]));
    const list = (await this.agents.all()).map((row) => this.toStored(row, known.get(row.id)));
    this.list = list.toSorted((a, b) => a.order - b.order);
    this.revision = revision;
  }

  /** @param known the agent as it was */
  private toStored(row: CurrentAgent, known: StoredAgent | undefined): StoredAgent {
    const { id, label, version, definition } = row;
    const state = !row.exists ? 'deleted' : row.isEnabled ? 'enabled' : 'disabled';
    const base = { id, label, version, state, order: 0, agent: null, problem: null } as const;
    if (state === 'deleted' || definition === null) return base;
    // Versions never change.
    if (known?.version === version && known.agent) return { ...known, state };
    const persona = personaSchema.safeParse(definition);
    if (!persona.success) return this.unusable(base, `${persona.error.issues[0]!.path.join('.')} is invalid`);
    try {
      const agent = new PersonaAgent(id, persona.data, this.parts, version);
      return { ...base, order: persona.data.order, agent };
    } catch (error) {
      return this.unusable(base, (error as Error).message);
    }
  }

  private unusable(stored: StoredAgent, problem: string): StoredAgent {
    this.logger.warn({ agent: stored.id, version: stored.version, problem }, 'an agent cannot be used');
    return { ...stored, problem };
  }
}
