import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan, type Repository } from 'typeorm';
import { Run, type RunStatus } from '../../entities/run.entity.js';
import { toSlice, type RunCursor, type Slice } from '../page.js';

/** Statuses of an unfinished run. */
const IN_PROGRESS = ['queued', 'streaming', 'waiting'] as const satisfies RunStatus[];

/** An unfinished run of any account. */
export interface RunInProgress {
  runId: string;
  /** Client-visible id. */
  conversationId: string;
  ownerId: string;
  email: string;
  agent: string;
  status: RunStatus;
  createdAt: Date;
}

/** Runs in progress of all accounts, for admins: owner, agent and time, without content. */
@Injectable()
export class RunsInProgressRepository {
  private readonly runs: Repository<Run>;

  constructor(source: DataSource) {
    this.runs = source.getRepository(Run);
  }

  /** Newest first. */
  async list({ limit, cursor }: { limit: number; cursor?: RunCursor }): Promise<Slice<RunInProgress>> {
    const found = await this.runs.find({
      where: { status: In(IN_PROGRESS), ...(cursor && { id: LessThan(cursor[0]) }) },
      relations: { conversation: { owner: true } },
      select: {
        id: true,
        status: true,
        createdAt: true,
        conversation: {
          id: true,
          clientId: true,
          agent: true,
          ownerId: true,
          owner: { id: true, email: true },
        },
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const runs = found.map(({ id, status, createdAt, conversation }) => ({
      runId: id,
      conversationId: conversation!.clientId,
      ownerId: conversation!.ownerId,
      email: conversation!.owner!.email,
      agent: conversation!.agent,
      status,
      createdAt,
    }));
    return toSlice(runs, limit, ({ runId }) => [runId]);
  }

  /**
   * The owner of a run, in progress or not.
   * @param runId a UUID
   * @returns null when the run does not exist
   */
  async ownerOf(runId: string): Promise<string | null> {
    const run = await this.runs.findOne({
      where: { id: runId },
      relations: { conversation: true },
      select: { id: true, conversation: { id: true, ownerId: true } },
    });
    return run?.conversation?.ownerId ?? null;
  }
}
