import { Injectable } from '@nestjs/common';
import { ModelError } from '../adapters/chat-model/chat-model.js';
import type { Agent, AgentInput, Source } from '../agents/agent.js';
import { ParleyError } from '../common/errors.js';
import type { JsonObject } from '../common/json.js';
import { Logger } from '../common/logger.js';
import { RunsRepository } from '../database/repositories/runs.repository.js';
import { RunLease } from './run-lease.js';
import { RunLog } from './run-log.js';

export interface RunToProduce {
  runId: string;
  clientConversationId: string;
  agent: Agent;
  input: AgentInput;
}

/** What has been produced of a run so far. */
interface Draft {
  reply: string;
  state: JsonObject;
  sources: Source[] | null;
}

interface Failure {
  code: string;
  message: string;
}

/** Why a run was told to stop. */
class Stopped extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

const DRAINING: Failure = { code: 'shutdown', message: 'The server is shutting down.' };
const LOST: Failure = {
  code: 'run-lost',
  message: 'The conversation was deleted while it was being answered.',
};

/** Lets agents answer: numbers and logs what they do, and stores the reply before saying that it is complete. */
@Injectable()
export class RunProducer {
  private readonly running = new Map<string, { stop: AbortController; done: Promise<void> }>();
  private draining = false;

  constructor(
    private readonly runs: RunsRepository,
    private readonly log: RunLog,
    private readonly lease: RunLease,
    private readonly logger: Logger,
  ) {}

  refuseWhileDraining(): void {
    if (!this.draining) return;
    throw new ParleyError('unavailable', 'shutdown', 'The server is shutting down', { retryAfter: 5 });
  }

  /** Starts a run and returns at once. */
  begin(run: RunToProduce): void {
    const stop = new AbortController();
    this.log.append(run.runId, [{ type: 'started', conversationId: run.clientConversationId }]);
    const done = this.produce(run, stop.signal).finally(() => {
      this.running.delete(run.runId);
      this.lease.release(run.runId);
    });
    this.running.set(run.runId, { stop, done });
    this.lease.hold(run.runId, () => stop.abort(new Stopped(LOST)));
  }

  /**
   * Takes no new runs, gives the running ones some time to end, then stops them with what they have.
   * @param graceMs how long they may go on
   */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    const ended = () => Promise.all([...this.running.values()].map((run) => run.done));
    const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([ended(), grace]);
    for (const run of this.running.values()) run.stop.abort(new Stopped(DRAINING));
    await ended();
  }

  private async produce(run: RunToProduce, signal: AbortSignal): Promise<void> {
    const draft: Draft = { reply: '', state: run.input.state, sources: null };
    const failure = await this.answer(run, draft, signal);
    const stored = await this.store(run.runId, draft, failure);
    const { reply, state } = draft;
    const problem = failure ?? stored;
    this.log.append(run.runId, [
      problem ? { type: 'failed', ...problem, reply, state } : { type: 'completed', reply, state },
    ]);
  }

  /** Runs the agent. @returns what went wrong, if anything */
  private async answer({ runId, agent, input }: RunToProduce, draft: Draft, signal: AbortSignal) {
    try {
      for await (const event of agent.answer(input, signal)) {
        signal.throwIfAborted();
        switch (event.type) {
          case 'text':
            draft.reply += event.tokens.join('');
            this.log.append(
              runId,
              event.tokens.map((text) => ({ type: 'token', text })),
            );
            break;
          case 'state':
            draft.state = event.state;
            this.log.append(runId, [event]);
            break;
          case 'sources':
            draft.sources = event.sources;
            this.log.append(runId, [event]);
            break;
          case 'log':
            this.log.append(runId, [event]);
        }
      }
      signal.throwIfAborted();
      return null;
    } catch (error) {
      return this.explain(error, signal, runId);
    }
  }

  private explain(error: unknown, signal: AbortSignal, runId: string): Failure {
    if (signal.reason instanceof Stopped) return signal.reason.failure;
    this.logger.warn({ err: error, runId }, 'run failed');
    if (error instanceof ModelError) return { code: error.code, message: error.message };
    return { code: 'internal', message: 'The answer could not be completed.' };
  }

  /** @returns what went wrong, if anything */
  private async store(runId: string, draft: Draft, failure: Failure | null): Promise<Failure | null> {
    try {
      const stored = await this.runs.finish({
        runId,
        status: failure === DRAINING ? 'interrupted' : failure ? 'failed' : 'complete',
        error: failure?.code ?? null,
        reply: draft.reply,
        replyStatus: failure ? 'partial' : 'complete',
        sources: draft.sources as JsonObject[] | null,
        state: draft.state,
      });
      return stored ? null : LOST;
    } catch (error) {
      this.logger.error({ err: error, runId }, 'reply could not be stored');
      return { code: 'storage-unavailable', message: 'The answer could not be stored.' };
    }
  }
}
