import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Budgets } from '../../budgets/budgets.service.js';
import { conversationTitle } from '../../common/text.js';
import { AttachmentsRepository } from '../../database/repositories/documents/attachments.repository.js';
import {
  RunBranchesRepository,
  type BranchPoint,
  type NewBranch,
} from '../../database/repositories/runs/run-branches.repository.js';
import { Idempotency } from '../../idempotency/idempotency.js';
import { requireMessageId, treeRefusal } from '../../sessions/tree-refusals.js';
import { refuseForeignAttachments } from '../../uploads/attachment-access.js';
import { BusyConversations } from '../approvals/busy-conversations.js';
import { ProcessLease } from '../recovery/process-lease.js';
import { UnconfirmedStarts } from '../recovery/unconfirmed-starts.js';
import { RunAdmission } from '../admission/run-admission.js';
import { RunProducer } from '../run-producer.js';
import type { StartedRun, StartRun } from '../run.service.js';

/**
 * A turn at any point of a conversation. `agent` becomes the conversation's agent if set; request options (context,
 * instructions …) default to those of the regenerated run.
 */
export type BranchTurn = { conversationId: string; agent?: string } & Omit<
  StartRun,
  'conversationId' | 'agent' | 'switchesAgent' | 'message' | 'onBusy'
>;

/**
 * Starts runs in new branches of a conversation. Nothing is overwritten: the previous messages remain as a sibling
 * branch, and the new branch becomes the shown one. The agent continues from its state at the branch point.
 *
 * All methods throw ParleyError `not-found`; `run-active` while the conversation is being answered; and the errors
 * of `RunService.start`.
 */
@Injectable()
export class BranchesService {
  constructor(
    private readonly branches: RunBranchesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly idempotency: Idempotency,
    private readonly lease: ProcessLease,
    private readonly producer: RunProducer,
    private readonly unconfirmed: UnconfirmedStarts,
    private readonly admission: RunAdmission,
    private readonly budgets: Budgets,
    private readonly busy: BusyConversations,
  ) {}

  /**
   * Regenerates the reply to a message.
   * @param messageId of a reply or of a user message; by default the newest shown message
   * @throws ParleyError `not-a-question` if there is no user message to answer
   */
  async regenerate(turn: BranchTurn, messageId?: string): Promise<StartedRun> {
    return this.start(turn, {
      kind: 'regenerate',
      messageId: messageId === undefined ? undefined : requireMessageId(messageId),
    });
  }

  /**
   * Edits a user message: the new text is answered in a sibling branch.
   * @throws ParleyError `not-a-question` if it is not a user message
   */
  async edit(turn: BranchTurn, messageId: string, text: string): Promise<StartedRun> {
    return this.start(turn, { kind: 'edit', messageId: requireMessageId(messageId), text });
  }

  /** Replies below any message, not only the newest. @param parentId null for the start of the conversation */
  async reply(turn: BranchTurn, parentId: string | null, text: string): Promise<StartedRun> {
    return this.start(turn, { kind: 'reply', parentId: parentId && requireMessageId(parentId), text });
  }

  private async start(turn: BranchTurn, point: BranchPoint): Promise<StartedRun> {
    this.admission.admit();
    await refuseForeignAttachments(this.attachments, turn);
    const started = { runId: uuidv7(), conversationId: turn.conversationId };
    return this.idempotency.once(turn.claim, async () => {
      // An unconfirmed branch is always started: the previously shown branch is no longer known.
      const begin = () =>
        this.unconfirmed.watching({ runId: started.runId, claim: true }, () =>
          this.branches.begin(toBranch(turn, point, started), this.lease),
        );
      const run = { ownerId: turn.ownerId, runId: started.runId };
      const { conversationId, keyId, groups } = turn;
      const expected = { ...run, conversationId, keyId, groups, ...readBy(turn, point) };
      await this.budgets.reserving(expected, async () => {
        const begun = await this.admission.queued(run, begin).catch(async (error: unknown) => {
          throw treeRefusal(await this.busy.refusal(error, turn));
        });
        if (begun) this.producer.begin(begun);
      });
      return started;
    });
  }
}

/** The model's input beside the stored history, for the budget estimate. */
const readBy = ({ context, instructions, history, generation }: BranchTurn, point: BranchPoint) => ({
  message: point.kind === 'regenerate' ? '' : point.text,
  request: { context, instructions, history, generation },
});

function toBranch(turn: BranchTurn, point: BranchPoint, started: StartedRun): NewBranch {
  const { ownerId, conversationId, agent, wire = null, keyId, claim } = turn;
  const { context, documents, instructions, history, generation } = turn;
  const asked = { context, documents, instructions, history, generation };
  const asksAnything = Object.values(asked).some((value) => value !== undefined);
  return {
    runId: started.runId,
    ownerId,
    conversationId,
    point,
    agent,
    title: point.kind === 'regenerate' ? undefined : conversationTitle(point.text),
    request: asksAnything ? asked : undefined,
    wire,
    keyId,
    claim: claim && { ...claim, result: { ...started } },
  };
}
