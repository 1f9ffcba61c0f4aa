import { Injectable } from '@nestjs/common';
import { notFound, ParleyError } from '../../../common/errors.js';
import type { ConversationSummary } from '../../../database/repositories/conversations.repository.js';
import type { StoredMessage } from '../../../database/repositories/messages.repository.js';
import type { StoredRun } from '../../../database/repositories/runs/stored-run.js';
import type { RunEvent, TerminalEvent } from '../../../runs/run.js';
import { RunService } from '../../../runs/run.service.js';
import { ConversationsService } from '../../../sessions/conversations.service.js';
import { isOver } from '../../runs.controller.js';
import type { StreamedRun } from '../../surface.js';
import { clientIdIn, uuidIn } from './ids.js';
import { outputText, replyItem } from './items.js';
import { ResponseStream } from './response-stream.js';
import { statusOf, toResponse } from './response.js';
import { responseOptionsSchema, type ResponseOptions } from './schemas.js';

const NOT_FOUND = 'Response not found';

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
  async run(ownerId: string, responseId: string): Promise<StoredRun> {
    const runId = uuidIn('resp', responseId);
    if (!runId) throw notFound(NOT_FOUND);
    return this.runs.find(ownerId, runId).catch((error: unknown) => {
      throw error instanceof ParleyError && error.kind === 'not-found' ? notFound(NOT_FOUND) : error;
    });
  }

  /** @throws ParleyError `not-found` */
  conversation(ownerId: string, id: string): Promise<ConversationSummary> {
    return this.conversations.find(ownerId, clientIdIn(id), 'Conversation not found');
  }

  /** The position after a response. @throws ParleyError `previous-response-not-found` */
  async behind(ownerId: string, responseId: string): Promise<Place> {
    const run = await this.run(ownerId, responseId).catch((error: unknown) => {
      if (!(error instanceof ParleyError)) throw error;
      throw new ParleyError(
        'invalid',
        'previous-response-not-found',
        `Previous response with id '${responseId}' not found`,
      );
    });
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

  /** A run as a response, finished or not. */
  async response(run: StoredRun) {
    if (!isOver(run)) return this.unfinished(run);
    const { events, end } = await this.runs.finished(run.runId);
    return this.finished(run, events, end);
  }

  finished(run: StreamedRun, events: readonly RunEvent[], end: TerminalEvent) {
    const stream = new ResponseStream(run, this.optionsOf(run));
    for (const event of events) stream.eventsOf(event);
    return stream.snapshot(statusOf(end), end);
  }

  unfinished(run: StoredRun) {
    const status = run.status === 'queued' ? 'queued' : 'in_progress';
    const output = run.reply ? [replyItem(run.runId, 'in_progress', [outputText(run.reply)])] : [];
    return toResponse(run, this.optionsOf(run), { status, output });
  }
}
