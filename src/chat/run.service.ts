import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AgentRegistry } from '../agents/agent-registry.js';
import { ParleyError } from '../common/errors.js';
import type { Json } from '../common/json.js';
import { titleFrom } from '../common/text.js';
import {
  RunActiveError,
  RunsRepository,
  type RunConversation,
} from '../database/repositories/runs.repository.js';
import { MessagesRepository } from '../database/repositories/messages.repository.js';
import { RunLog, type RunSink } from './run-log.js';
import { RunProducer } from './run-producer.js';
import { LEASE_SECONDS } from './run-lease.js';
import { isTerminal, type TerminalEvent } from './run.js';

/** A turn a client wants to take. */
export interface StartRun {
  ownerId: string;
  /** Client-visible id; a new conversation when omitted. */
  conversationId?: string;
  /** Who answers when the conversation is new. */
  agent: string;
  /** Whether `agent` answers from now on in a conversation that had another one. */
  switchesAgent?: boolean;
  /** Not empty; storable text. */
  message: string;
  /** Given to the agent as data. */
  context?: Json;
}

export interface StartedRun {
  runId: string;
  /** Client-visible id of the conversation. */
  conversationId: string;
}

/** Turns before the current one that an agent is shown. */
const HISTORY_TURNS = 20;

/** The only way to take a turn, and to watch one being answered. */
@Injectable()
export class RunService {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly runs: RunsRepository,
    private readonly messages: MessagesRepository,
    private readonly log: RunLog,
    private readonly producer: RunProducer,
  ) {}

  /**
   * Stores the message and begins to answer it. Whatever can be refused is refused here, before the
   * first byte; from here on a failure is an event. The run goes on when nobody watches it.
   * @throws ParleyError `run-active` while the conversation is being answered, `unavailable` while draining
   */
  async start(request: StartRun): Promise<StartedRun> {
    this.producer.refuseWhileDraining();
    const conversationId = request.conversationId ?? uuidv7();
    const runId = uuidv7();
    const conversation = await this.storeMessage(runId, conversationId, request);
    const history = await this.history(conversation);
    this.producer.begin({
      runId,
      clientConversationId: conversationId,
      agent: this.agents.get(conversation.agent),
      input: {
        ownerId: request.ownerId,
        conversationId: conversation.id,
        message: request.message,
        history,
        state: conversation.state,
        context: request.context,
      },
    });
    return { runId, conversationId };
  }

  /** The run that is answering in a conversation now and can be watched here, if any, and the agent that answers. */
  async current(ownerId: string, conversationId: string): Promise<(StartedRun & { agent: string }) | null> {
    const run = await this.runs.findStreaming(ownerId, conversationId);
    return run && this.log.has(run.runId) ? { ...run, conversationId } : null;
  }

  /**
   * Replays a run and follows it to its end.
   * @param after offset of the last event already seen
   * @returns a function that stops watching; null when the run's events are no longer kept
   */
  watch(runId: string, after: number, sink: RunSink): (() => void) | null {
    return this.log.watch(runId, after, sink);
  }

  /** The last event of a run, for surfaces that do not stream. */
  finished(runId: string): Promise<TerminalEvent> {
    return new Promise((resolve, reject) => {
      const unwatch = this.watch(runId, 0, (events) => {
        const last = events.at(-1);
        if (last && isTerminal(last)) resolve(last);
      });
      if (!unwatch) reject(new Error(`run ${runId} is not kept`));
    });
  }

  private async storeMessage(
    runId: string,
    conversationId: string,
    request: StartRun,
  ): Promise<RunConversation> {
    const { ownerId, agent, switchesAgent = false, message } = request;
    try {
      const conversation = await this.runs.start(
        { runId, ownerId, conversationId, agent, switchesAgent, title: titleFrom(message), message },
        LEASE_SECONDS,
      );
      if (conversation) return conversation;
    } catch (error) {
      if (!(error instanceof RunActiveError)) throw error;
      throw new ParleyError('conflict', 'run-active', 'The previous message is still being answered');
    }
    throw new ParleyError('unauthenticated', 'account-gone', 'Not authenticated');
  }

  private async history({ id, position }: RunConversation) {
    return position === 1 ? [] : this.messages.latest(id, HISTORY_TURNS, position);
  }
}
