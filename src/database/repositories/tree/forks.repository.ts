import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Message } from '../../entities/message.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { lockAccount } from '../lock-account.js';
import { holdConversation, stateAt, TreeRefusedError, type ConversationName } from './held-conversation.js';

/** Opens the copy. $1 owner, $2 row id, $3 client id, $4 row id of the original, $5 its message, $6 the state there. */
const OPEN = `
  INSERT INTO conversations (id, owner_id, client_id, agent, title, message_count, state)
  SELECT $2, $1, $3, c.agent, c.title, m.position, $6
  FROM conversations c JOIN messages m ON m.conversation_id = c.id
  WHERE c.id = $4 AND m.id = $5`;

/**
 * Copies the path to message $2 into conversation $1, with the runs of its replies: they hold the agent's state
 * after each, and a reply has the id of its run. Usage is not copied.
 */
const COPY = `
  WITH RECURSIVE path AS (
    SELECT m.* FROM messages m WHERE m.id = $2
    UNION ALL
    SELECT m.* FROM path JOIN messages m ON m.id = path.parent_id
  ), answered AS (
    SELECT path.*, CASE role WHEN 'user'
      THEN coalesce(lag(CASE role WHEN 'assistant' THEN run_id END) OVER (ORDER BY position DESC), run_id)
      ELSE run_id END AS answered_by
    FROM path
  ), new_runs AS (
    SELECT r.id AS old, gen_random_uuid() AS new FROM runs r
    WHERE r.id IN (SELECT answered_by FROM answered) AND r.finished_at IS NOT NULL
  ), renamed AS (
    SELECT a.*, n.new AS new_run,
      CASE WHEN role = 'assistant' THEN coalesce(n.new, gen_random_uuid()) ELSE gen_random_uuid() END AS new_id
    FROM answered a LEFT JOIN new_runs n ON n.old = a.answered_by
  ), copied AS (
    INSERT INTO runs (id, conversation_id, status, lease_until, position, request, wire, partial, last_offset, sources,
      state, state_before, error, error_message, finish_reason, created_at, finished_at)
    SELECT new_runs.new, $1, r.status, r.lease_until, r.position, r.request, r.wire, r.partial, r.last_offset, r.sources,
      r.state, r.state_before, r.error, r.error_message, r.finish_reason, r.created_at, r.finished_at
    FROM new_runs JOIN runs r ON r.id = new_runs.old
  ), written AS (
    INSERT INTO messages (id, conversation_id, parent_id, position, role, content, status, sources, finish_reason, run_id,
      created_at, tool_calls)
    SELECT new_id, $1, lag(new_id) OVER (ORDER BY position), position, role, content, status, sources, finish_reason,
      new_run, created_at, tool_calls
    FROM renamed
    RETURNING id, position
  )
  UPDATE conversations SET head_id = (SELECT id FROM written ORDER BY position DESC LIMIT 1) WHERE id = $1`;

/** Forks: copies of conversations up to one of their messages. */
@Injectable()
export class ForksRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * @param messageId the last message of the copy; the head when omitted
   * @param clientId of the copy
   * @throws TreeRefusedError
   */
  fork(name: ConversationName, messageId: string | undefined, clientId: string): Promise<void> {
    return retryConflicts(() =>
      this.source.transaction(async (manager) => {
        await lockAccount(manager, { id: name.ownerId });
        const held = await holdConversation(manager, name);
        const last = messageId ?? held.headId;
        const where = { id: last ?? IsNull(), conversationRowId: held.id };
        if (!(await manager.existsBy(Message, where))) throw new TreeRefusedError('no-message');
        const copyId = uuidv7();
        const state = await stateAt(manager, last);
        await manager.query(OPEN, [name.ownerId, copyId, clientId, held.id, last, state]);
        await manager.query(COPY, [copyId, last]);
      }),
    );
  }
}
