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
import { ProcessLease } from '../recovery/process-lease.js';
import { UnconfirmedStarts } from '../recovery/unconfirmed-starts.js';
import { RunAdmission } from '../run-admission.js';
import { RunProducer } from '../run-producer.js';
import type { StartedRun, StartRun } from '../run.service.js';

/**
 * A turn somewhere else than at the end of what a conversation shows. `agent` answers from now on when it is given;
 * what is sent beside the message is that of the run which is answered anew, unless the turn sets it.
 */
export type BranchTurn = { conversationId: string; agent?: string } & Omit<
  StartRun,
  'conversationId' | 'agent' | 'switchesAgent' | 'message' | 'onBusy'
>;

/**
 * Starts runs in branches of their own. Nothing is overwritten: what was shown stays beside the new branch, which is
 * shown from now on. The agent goes on from the state that it had left behind above the branch.
 *
 * All methods throw ParleyError `not-found`; `run-active` while the conversation is being answered; and as
 * `RunService.start`.
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
  ) {}

  /**
   * Answers a message again.
   * @param messageId of a reply or of the user's message; the newest of what is shown when omitted
   * @throws ParleyError `not-a-question` when it answers no message of the user
   */
  async regenerate(turn: BranchTurn, messageId?: string): Promise<StartedRun> {
    return this.start(turn, {
      kind: 'regenerate',
      messageId: messageId === undefined ? undefined : requireMessageId(messageId),
    });
  }

  /**
   * Answers another text in the place of a user's message.
   * @throws ParleyError `not-a-question` when it is no message of the user
   */
  async edit(turn: BranchTurn, messageId: string, text: string): Promise<StartedRun> {
    return this.start(turn, { kind: 'edit', messageId: requireMessageId(messageId), text });
  }

  /** Answers a message below one that need not be the newest. @param parentId null for the beginning */
  async reply(turn: BranchTurn, parentId: string | null, text: string): Promise<StartedRun> {
    return this.start(turn, { kind: 'reply', parentId: parentId && requireMessageId(parentId), text });
  }

  private async start(turn: BranchTurn, point: BranchPoint): Promise<StartedRun> {
    this.producer.refuseWhileDraining();
    this.admission.admit(this.producer.activeRuns);
    await refuseForeignAttachments(this.attachments, turn);
    const started = { runId: uuidv7(), conversationId: turn.conversationId };
    return this.idempotency.once(turn.claim, async () => {
      // One whose answer is lost is always begun: what was shown before is not known any more.
      const begin = () =>
        this.unconfirmed.watching({ runId: started.runId, claim: true }, () =>
          this.branches.begin(toBranch(turn, point, started), this.lease),
        );
      const run = { ownerId: turn.ownerId, runId: started.runId };
      const { conversationId, keyId, groups } = turn;
      const expected = { ...run, conversationId, keyId, groups, ...readBy(turn, point) };
      await this.budgets.reserving(expected, async () => {
        const begun = await this.admission.queued(run, begin).catch((error: unknown) => {
          throw treeRefusal(error);
        });
        if (begun) this.producer.begin(begun);
      });
      return started;
    });
  }
}

/** What the model is to read beside the history. */
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
