import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, LessThan, Not, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import type { JsonObject } from '../../../common/json.js';
import { AgentRow, AgentVersion } from '../../entities/agents/agent.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { toSlice, type AgentVersionCursor, type Slice } from '../page.js';

/** A definition as it is written: a persona with a label. */
export type Definition = JsonObject & { label: string };

/** An agent with its current version. */
export interface CurrentAgent {
  id: string;
  label: string;
  version: number;
  isEnabled: boolean;
  createdAt: Date;
  changedAt: Date;
  /** False for a deleted one. */
  exists: boolean;
  /** Null for a deleted one. */
  definition: JsonObject | null;
  restoredFrom: number | null;
  authorId: string | null;
}

/** Why an agent could not be written. */
export type Conflict = 'name' | 'too-many' | 'version';

/** A write: who makes it, and which version they have seen. */
export interface Authorship {
  authorId: string;
  /** Refuses the write if another version is the current one. */
  ifVersion?: number;
}

/** Agents that exist at most; each process keeps all of them in memory. */
export const MAX_AGENTS = 200;

/** Agents that admins create, and their versions. Writes wait for each other, since names are unique across agents. */
@Injectable()
export class AgentsRepository {
  constructor(private readonly source: DataSource) {}

  /** Changes with every write. */
  async revision(): Promise<string> {
    const row = await this.source
      .createQueryBuilder(AgentRow, 'a')
      .select(`concat(count(*), ' ', sum(a.version), ' ', max(a.changedAt))`, 'revision')
      .getRawOne<{ revision: string }>();
    return row!.revision;
  }

  /** All agents, deleted ones included, in the order of their creation. */
  all(): Promise<CurrentAgent[]> {
    return this.current().orderBy('a.createdAt').addOrderBy('a.id').getRawMany<CurrentAgent>();
  }

  /** @returns null when it does not exist */
  async find(id: string): Promise<CurrentAgent | null> {
    const agent = await this.current().where({ id, deletedAt: IsNull() }).getRawOne<CurrentAgent>();
    return agent ?? null;
  }

  /** Creates an agent. One that was deleted comes back with the version after its last. */
  add(id: string, definition: Definition, { authorId }: Authorship): Promise<Conflict | null> {
    return this.write(async (manager) => {
      const { label } = definition;
      if (await isTaken(manager, id, [id, label], true)) return 'name';
      if ((await manager.countBy(AgentRow, { deletedAt: IsNull() })) >= MAX_AGENTS) return 'too-many';
      // $1 the agent's id, $2 its label
      const [row] = (await manager.query(
        `INSERT INTO agents (id, label, version) VALUES ($1, $2, 1)
         ON CONFLICT (id) DO UPDATE SET label = $2, version = agents.version + 1, is_enabled = true,
           created_at = now(), changed_at = clock_timestamp(), deleted_at = NULL
         RETURNING version`,
        [id, label],
      )) as [{ version: number }];
      await insertVersion(manager, {
        agentId: id,
        version: row.version,
        definition,
        restoredFrom: null,
        authorId,
      });
      return null;
    });
  }

  /**
   * Makes a new version the current one.
   * @param restoredFrom the version that it repeats
   * @returns `not-found` when the agent does not exist
   */
  addVersion(
    id: string,
    definition: Definition,
    { authorId, ifVersion }: Authorship,
    restoredFrom: number | null = null,
  ): Promise<Conflict | 'not-found' | null> {
    return this.write(async (manager) => {
      const agent = await existing(manager, id);
      if (!agent) return 'not-found';
      if (ifVersion !== undefined && ifVersion !== agent.version) return 'version';
      const { label } = definition;
      if (await isTaken(manager, id, [label], false)) return 'name';
      const version = agent.version + 1;
      await insertVersion(manager, { agentId: id, version, definition, restoredFrom, authorId });
      await manager.update(AgentRow, { id }, { label, version, changedAt: CLOCK });
      return null;
    });
  }

  /** @returns false when it does not exist */
  enable(id: string, isEnabled: boolean): Promise<boolean> {
    return this.write(async (manager) => {
      if (!(await existing(manager, id))) return false;
      await manager.update(AgentRow, { id }, { isEnabled, changedAt: CLOCK });
      return true;
    });
  }

  /** Deletes an agent with its versions. @returns false when it does not exist */
  delete(id: string): Promise<boolean> {
    return this.write(async (manager) => {
      if (!(await existing(manager, id))) return false;
      await manager.delete(AgentVersion, { agentId: id });
      await manager.update(AgentRow, { id }, { deletedAt: CLOCK, changedAt: CLOCK });
      return true;
    });
  }

  /** Newest first. */
  async versions(
    id: string,
    page: { limit: number; cursor?: AgentVersionCursor },
  ): Promise<Slice<AgentVersion>> {
    const rows = await this.source.getRepository(AgentVersion).find({
      where: { agentId: id, ...(page.cursor && { version: LessThan(page.cursor[0]) }) },
      order: { version: 'DESC' },
      take: page.limit + 1,
    });
    return toSlice(rows, page.limit, ({ version }) => [version]);
  }

  /** @returns null when it does not exist */
  version(id: string, version: number): Promise<AgentVersion | null> {
    return this.source.getRepository(AgentVersion).findOneBy({ agentId: id, version });
  }

  /** Agents `a` with their current versions, as rows of `CurrentAgent`. */
  private current(): SelectQueryBuilder<AgentRow> {
    return this.source
      .createQueryBuilder(AgentRow, 'a')
      .leftJoin(AgentVersion, 'v', 'v.agentId = a.id AND v.version = a.version')
      .select(['a.id AS id', 'a.label AS label', 'a.version AS version', 'a.isEnabled AS "isEnabled"'])
      .addSelect(['a.createdAt AS "createdAt"', 'a.changedAt AS "changedAt"', 'v.definition AS definition'])
      .addSelect(['v.restoredFrom AS "restoredFrom"', 'v.authorId AS "authorId"'])
      .addSelect('a.deletedAt IS NULL', 'exists');
  }

  private write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return retryConflicts(() =>
      this.source.transaction(async (manager) => {
        await manager.query('LOCK TABLE agents IN SHARE ROW EXCLUSIVE MODE');
        return work(manager);
      }),
    );
  }
}

const insertVersion = (
  manager: EntityManager,
  version: Omit<AgentVersion, 'createdAt' | 'agent' | 'author'>,
) => manager.insert(AgentVersion, version as object);

const CLOCK = () => 'clock_timestamp()';

const existing = async (manager: EntityManager, id: string): Promise<AgentRow | null> => {
  const agent = await manager.findOneBy(AgentRow, { id });
  return agent?.deletedAt === null ? agent : null;
};

/**
 * Whether a name is the id or the label of another agent.
 * @param isNew whether the agent's own id counts as well
 */
async function isTaken(
  manager: EntityManager,
  id: string,
  names: readonly string[],
  isNew: boolean,
): Promise<boolean> {
  const others = manager
    .createQueryBuilder(AgentRow, 'a')
    .where({ deletedAt: IsNull(), ...(!isNew && { id: Not(id) }) })
    .andWhere('(lower(a.id) = ANY(:names) OR lower(trim(a.label)) = ANY(:names))', {
      names: names.map((name) => name.trim().toLowerCase()),
    });
  return others.getExists();
}
