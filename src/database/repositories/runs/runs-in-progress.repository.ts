import { Injectable } from '@nestjs/common';
import { DataSource, In, LessThan, type Repository } from 'typeorm';
import { Run, type RunStatus } from '../../entities/run.entity.js';
import { toSlice, type RunPlace, type Slice } from '../page.js';

/** Of a run that has not ended. */
export const IN_PROGRESS = ['queued', 'streaming', 'waiting'] as const satisfies RunStatus[];

/** A run of any account that has not ended. */
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

/** Runs in progress of all accounts, for admins: who is answered by whom since when, not what. */
@Injectable()
export class RunsInProgressRepository {
  private readonly runs: Repository<Run>;

  constructor(source: DataSource) {
    this.runs = source.getRepository(Run);
  }

  /** Newest first. */
  async list({ limit, cursor }: { limit: number; cursor?: RunPlace }): Promise<Slice<RunInProgress>> {
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

  /** The account whose run it is, in progress or not. @param runId a UUID @returns null when there is no such run */
  async ownerOf(runId: string): Promise<string | null> {
    const run = await this.runs.findOne({
      where: { id: runId },
      relations: { conversation: true },
      select: { id: true, conversation: { id: true, ownerId: true } },
    });
    return run?.conversation?.ownerId ?? null;
  }
}
