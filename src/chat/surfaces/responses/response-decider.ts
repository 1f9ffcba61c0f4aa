import { Injectable } from '@nestjs/common';
import { notFound } from '../../../common/errors.js';
import type { StoredRun } from '../../../database/repositories/runs/stored-run.js';
import { ApprovalsService } from '../../../runs/approvals/approvals.service.js';
import { RunService } from '../../../runs/run.service.js';
import { unfit } from '../../wires/unfit.js';
import { approvalItemIdOf } from './ids.js';
import type { ResponseDecisions } from './request.js';
import { ResponseLookup } from './response-lookup.js';

/** Decides the calls that a response waits for. */
@Injectable()
export class ResponseDecider {
  constructor(
    private readonly lookup: ResponseLookup,
    private readonly runs: RunService,
    private readonly approvals: ApprovalsService,
  ) {}

  /**
   * @returns the run, and the offset behind which its next response begins
   * @throws ParleyError as `ApprovalsService.decideAll`; InvalidInput when a call that waits has no decision
   */
  async decide(ownerId: string, request: ResponseDecisions): Promise<{ run: StoredRun; after: number }> {
    const waiting = await this.waitingRun(ownerId, request);
    const { decisions } = request;
    const open = (waiting.status === 'waiting' && waiting.approvals) || [];
    const missing = open.find(({ id }) => !decisions.some(({ approvalId }) => approvalId === id));
    if (missing && open.some(({ id }) => decisions.some(({ approvalId }) => approvalId === id)))
      throw unfit(
        'input',
        `There is no decision about ${approvalItemIdOf(missing.id)}: decide all calls at once`,
      );
    const run = await this.approvals.decideAll(ownerId, waiting, decisions);
    return { run, after: run.lastOffset };
  }

  private async waitingRun(
    ownerId: string,
    { previousResponseId, conversation = '' }: ResponseDecisions,
  ): Promise<StoredRun> {
    if (previousResponseId) return this.lookup.previous(ownerId, previousResponseId);
    const { clientId } = await this.lookup.conversation(ownerId, conversation);
    const run = await this.runs.latest(ownerId, clientId);
    if (!run) throw notFound('Conversation not found');
    return run;
  }
}
