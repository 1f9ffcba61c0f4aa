import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../../common/json.js';
import type { MessageStatus } from '../entities/message.entity.js';
import type { RunStatus } from '../entities/run.entity.js';

export interface NewRun {
  runId: string;
  ownerId: string;
  /** Client-visible id of the conversation; one that does not exist yet is opened. */
  conversationId: string;
  /** Of a conversation that is opened. */
  agent: string;
  /** Whether a conversation that is there already gets this agent too. */
  switchesAgent: boolean;
  /** Of a conversation that has none. */
  title: string;
  message: string;
}

/** The conversation a run was started in, with the run's message already in it. */
export interface RunConversation {
  id: string;
  agent: string;
  state: JsonObject;
  /** Position of the message that started the run. */
  position: number;
}

export interface FinishedRun {
  runId: string;
  status: Exclude<RunStatus, 'queued' | 'streaming'>;
  /** Code of the failure. */
  error: string | null;
  /** Left out of the conversation when it is empty. */
  reply: string;
  replyStatus: MessageStatus;
  sources: JsonObject[] | null;
  state: JsonObject;
}

const UNIQUE_VIOLATION = '23505';

/** Another run of the same conversation is still streaming. */
export class RunActiveError extends Error {}

/** Runs, and the two writes of a turn: its message before the answer, its reply after it. */
@Injectable()
export class RunsRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Stores a message and its run in one statement, opening the conversation if there is none.
   * @returns null when the account does not exist any more
   * @throws RunActiveError when the conversation is being answered
   */
  async start(run: NewRun, leaseSeconds: number): Promise<RunConversation | null> {
    // Two first messages at once: the one that comes second finds the conversation on its second try.
    return (await this.tryStart(run, leaseSeconds)) ?? (await this.tryStart(run, leaseSeconds));
  }

  private async tryStart(run: NewRun, leaseSeconds: number): Promise<RunConversation | null> {
    try {
      const rows = await this.prepared<RunConversation>('start-run', START, [
        run.ownerId,
        run.conversationId,
        uuidv7(),
        run.agent,
        run.title,
        run.runId,
        leaseSeconds,
        uuidv7(),
        run.message,
        run.switchesAgent,
      ]);
      return rows[0] ?? null;
    } catch (error) {
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) throw new RunActiveError();
      throw error;
    }
  }

  /**
   * Stores the reply and ends the run in one statement.
   * @returns false when the run was no longer ours to finish: deleted, or taken over after its lease
   */
  async finish(run: FinishedRun): Promise<boolean> {
    const rows = await this.prepared('finish-run', FINISH, [
      run.runId,
      run.status,
      run.error,
      JSON.stringify(run.state),
      run.reply,
      uuidv7(),
      run.replyStatus,
      run.sources && JSON.stringify(run.sources),
    ]);
    return rows.length > 0;
  }

  /** The run that is answering in a conversation now, if any, and the agent that answers. */
  async findStreaming(
    ownerId: string,
    conversationId: string,
  ): Promise<{ runId: string; agent: string } | null> {
    const rows: { runId: string; agent: string }[] = await this.source.query(
      `SELECT r.id AS "runId", c.agent FROM runs r JOIN conversations c ON c.id = r.conversation_id
       WHERE c.owner_id = $1 AND c.client_id = $2 AND r.status = 'streaming'`,
      [ownerId, conversationId],
    );
    return rows[0] ?? null;
  }

  /** Pushes the leases of running runs forward. @returns the ids that are still ours */
  async renew(runIds: string[], leaseSeconds: number): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await this.source.query(
      `UPDATE runs SET lease_until = now() + make_interval(secs => $2)
       WHERE id = ANY($1) AND status = 'streaming' RETURNING id`,
      [runIds, leaseSeconds],
    );
    return rows.map((row) => row.id);
  }

  /** Ends the runs whose producer has gone silent. @returns their ids */
  async interruptOrphans(): Promise<string[]> {
    const [rows]: [{ id: string }[], number] = await this.source.query(
      `UPDATE runs SET status = 'interrupted', finished_at = now()
       WHERE status = 'streaming' AND lease_until < now() RETURNING id`,
    );
    return rows.map((row) => row.id);
  }

  /** TypeORM names no statements; these two are planned once a connection instead of once a turn. */
  private async prepared<T extends object>(name: string, text: string, values: unknown[]): Promise<T[]> {
    const pool = (this.source.driver as PostgresDriver).master as Pool;
    return (await pool.query<T>({ name, text, values })).rows;
  }
}

const START = `
  WITH counted AS (
    UPDATE users SET conversations_opened = conversations_opened + 1
    WHERE id = $1 AND NOT EXISTS (SELECT FROM conversations WHERE owner_id = $1 AND client_id = $2)
    RETURNING conversations_opened
  ), opened AS (
    INSERT INTO conversations (id, owner_id, client_id, number, agent, title, message_count)
    SELECT $3, $1, $2, conversations_opened, $4, $5, 1 FROM counted
    ON CONFLICT (owner_id, client_id) DO NOTHING
    RETURNING id, agent, state, message_count
  ), continued AS (
    UPDATE conversations
    SET message_count = message_count + 1, last_message_at = now(), title = coalesce(title, $5),
      agent = CASE WHEN $10 THEN $4 ELSE agent END
    WHERE owner_id = $1 AND client_id = $2
    RETURNING id, agent, state, message_count
  ), conversation AS (
    SELECT * FROM opened UNION ALL SELECT * FROM continued
  ), run AS (
    INSERT INTO runs (id, conversation_id, status, lease_until)
    SELECT $6, id, 'streaming', now() + make_interval(secs => $7) FROM conversation
  ), message AS (
    INSERT INTO messages (id, conversation_id, position, role, content, run_id)
    SELECT $8, id, message_count, 'user', $9, $6 FROM conversation
  )
  SELECT id, agent, state, message_count AS position FROM conversation`;

const FINISH = `
  WITH run AS (
    UPDATE runs SET status = $2, error = $3, finished_at = now()
    WHERE id = $1 AND status = 'streaming'
    RETURNING conversation_id
  ), conversation AS (
    UPDATE conversations c
    SET state = $4, last_message_at = now(), message_count = message_count + ($5 <> '')::int
    FROM run WHERE c.id = run.conversation_id
    RETURNING c.id, c.message_count
  ), message AS (
    INSERT INTO messages (id, conversation_id, position, role, content, status, sources, run_id)
    SELECT $6, id, message_count, 'assistant', $5, $7, $8, $1 FROM conversation WHERE $5 <> ''
  )
  SELECT FROM conversation`;
