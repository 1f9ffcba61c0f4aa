import { Injectable } from '@nestjs/common';
import { ParleyError } from '../../common/errors.js';
import { RunActiveError } from '../../database/repositories/runs/run-conflicts.js';
import { RunsRepository } from '../../database/repositories/runs/runs.repository.js';
import { howToDecide, toolsOf } from './how-to-decide.js';

/** Says why a conversation takes no message. */
@Injectable()
export class BusyConversations {
  constructor(private readonly runs: RunsRepository) {}

  /**
   * The client's error for a start that failed: `approval-pending` names each call that an answer waits for. Errors of other
   * kinds are returned unchanged.
   */
  async refusal(
    error: unknown,
    { ownerId, conversationId }: { ownerId: string; conversationId: string },
  ): Promise<unknown> {
    if (!(error instanceof RunActiveError)) return error;
    const run = await this.runs.latest(ownerId, conversationId);
    const approvals = (run?.status === 'waiting' && run.approvals) || [];
    if (!run || approvals.length === 0)
      return new ParleyError('conflict', 'run-active', 'The previous message is still being answered');
    return new ParleyError(
      'conflict',
      'approval-pending',
      `The previous answer waits for your approval of ${toolsOf(approvals)}: ${howToDecide(run.runId, approvals)}`,
    );
  }
}
