import { Injectable } from '@nestjs/common';
import { notFound, ParleyError } from '../../../common/errors.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import type { StoredRun } from '../../../database/repositories/runs/stored-run.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import { RunService } from '../../../runs/run.service.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { isOver } from '../../run.schemas.js';
import type { StreamedRun } from '../../surface.js';
import { clientIdIn, partIn } from './ids.js';
import { RunPart } from './parts.js';
import { ResponseStream } from './response-stream.js';
import { statusOf, toResponse } from './response.js';
import { responseOptionsSchema, type ResponseOptions } from './schemas.js';

const NOT_FOUND = 'Response not found';

/** A run, and the offset in it behind which a response begins; 0 for the first of a run. */
export type FoundRun = StoredRun & { after: number };

/** Whether no event follows at the moment. */
const isStill = (run: StoredRun) => isOver(run) || run.status === 'waiting';

/** Position at which a conversation continues. */
export interface Place {
  /** Client-visible id. */
  conversationId: string;
  /** Id of a reply that is not the newest message; the end of the conversation when omitted. */
  branchBelow?: string;
}

/** Finds runs by response ids, and converts them to responses. */
@Injectable()
export class ResponseLookup {
  constructor(
    private readonly runs: RunService,
    private readonly conversations: ConversationsService,
  ) {}

  /** @throws ParleyError `not-found`, also for a response of another account */
  async run(ownerId: string, responseId: string): Promise<FoundRun> {
    const part = partIn('resp', responseId);
    if (!part) throw notFound(NOT_FOUND);
    const run = await this.runs.find(ownerId, part.uuid).catch((error: unknown) => {
      throw error instanceof ParleyError && error.kind === 'not-found' ? notFound(NOT_FOUND) : error;
    });
    const { after } = part;
    // Nothing follows the offset at which it waits.
    const last = run.status === 'waiting' ? run.lastOffset - 1 : run.lastOffset;
    if (after > 0 && isStill(run) && after > last) throw notFound(NOT_FOUND);
    return { ...run, after };
  }

  /** @throws ParleyError `not-found` */
  conversation(ownerId: string, id: string): Promise<ConversationSummary> {
    return this.conversations.find(ownerId, clientIdIn(id), 'Conversation not found');
  }

  /** @throws ParleyError `previous-response-not-found` */
  previous(ownerId: string, responseId: string): Promise<FoundRun> {
    return this.run(ownerId, responseId).catch((error: unknown) => {
      if (!(error instanceof ParleyError)) throw error;
      throw new ParleyError(
        'invalid',
        'previous-response-not-found',
        `Previous response with id '${responseId}' not found`,
      );
    });
  }

  /** The position after a response. @throws ParleyError `previous-response-not-found` */
  async behind(ownerId: string, responseId: string): Promise<Place> {
    const run = await this.previous(ownerId, responseId);
    const { conversationId } = run;
    const latest = await this.runs.latest(ownerId, conversationId);
    return latest?.runId === run.runId ? { conversationId } : { conversationId, branchBelow: run.runId };
  }

  /** The user message of a run; empty while the run is queued. */
  async questionOf(ownerId: string, { conversationId, runId }: StoredRun): Promise<StoredMessage[]> {
    const conversation = await this.conversations.find(ownerId, conversationId, NOT_FOUND);
    const question = await this.conversations.question(conversation, runId);
    return question ? [question] : [];
  }

  optionsOf({ wire }: StreamedRun): ResponseOptions {
    const isOwn = wire?.['surface'] === 'responses';
    return responseOptionsSchema.parse(isOwn ? wire : {});
  }

  /** A run, or a part of one, as a response, finished or not. */
  async response(run: FoundRun) {
    const { runId, after } = run;
    if (run.status === 'queued') return this.unfinished(run);
    const { events, end } = await new RunPart(this.runs, after).events(runId, !isStill(run));
    return this.shown(run, events, end, after);
  }

  /** @param end null while it is in progress */
  shown(run: StreamedRun, events: readonly RunEvent[], end: TerminalEvent | null, after = 0) {
    const stream = new ResponseStream(run, this.optionsOf(run), after);
    for (const event of events) stream.eventsOf(event);
    return end ? stream.snapshot(statusOf(end), end) : stream.snapshot('in_progress');
  }

  /** A run that has just begun. */
  unfinished(run: StoredRun, after = 0) {
    const status = run.status === 'queued' ? 'queued' : 'in_progress';
    return toResponse(run, this.optionsOf(run), { status, output: [], after });
  }
}
