import type { JsonObject } from '../../../common/json.js';
import type { MessageToolCall } from '../../entities/tool-calls/message-tool-call.js';
import type { FinishReason, PendingApproval, RunStatus, RunUsage } from '../../entities/run.entity.js';

/** A run as stored, readable by all processes. */
export interface StoredRun {
  runId: string;
  /** Client-visible id. */
  conversationId: string;
  /** Of the conversation until the run has ended. */
  agent: string;
  /** Once it has ended, if an admin has created the agent. */
  agentVersion: number | null;
  status: RunStatus;
  wire: JsonObject | null;
  error: string | null;
  errorMessage: string | null;
  lastOffset: number;
  /** Partial during the run: at most 500 ms stale. */
  reply: string;
  sources: JsonObject[] | null;
  state: JsonObject | null;
  finishReason: FinishReason | null;
  usage: RunUsage | null;
  /** Calls of tools before it was suspended. */
  toolCalls: MessageToolCall[] | null;
  /** Pending approvals of a suspended run. */
  approvals: PendingApproval[] | null;
  /** Expiry of the approvals of a suspended run. */
  expiresAt: Date;
  createdAt: Date;
  finishedAt: Date | null;
}

/** Runs as they are known to all processes; the conditions follow. */
export const STORED = `
  SELECT r.id AS "runId", c.client_id AS "conversationId", coalesce(r.agent, c.agent) AS agent, r.agent_version AS "agentVersion", r.status, r.wire, r.error,
    r.error_message AS "errorMessage", r.last_offset AS "lastOffset", r.state,
    r.finish_reason AS "finishReason", CASE WHEN r.status <> 'streaming' THEN r.usage END AS usage, r.lease_until AS "expiresAt",
    jsonb_path_query_array(r.pending, '$.approvals[*] ? (!exists(@.decided))') AS approvals,
    r.pending -> 'toolCalls' AS "toolCalls",
    CASE r.status WHEN 'complete' THEN coalesce(m.content, '') ELSE r.partial END AS reply,
    coalesce(m.sources, r.sources) AS sources, r.created_at AS "createdAt", r.finished_at AS "finishedAt"
  FROM runs r
  JOIN conversations c ON c.id = r.conversation_id
  LEFT JOIN messages m ON m.conversation_id = r.conversation_id AND m.position = r.position + 1 AND m.run_id = r.id`;
