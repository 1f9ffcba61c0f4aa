import { Injectable } from '@nestjs/common';
import type { ChatTurn, Usage } from '../adapters/chat-model/chat-model.js';
import type { AgentInput, ResumedAnswer } from '../agents/agent.js';
import { MessagesRepository } from '../database/repositories/messages.repository.js';
import type { BegunRun } from '../database/repositories/runs/runs.repository.js';
import { MemoriesService } from '../sessions/memories/memories.service.js';
import { SafeText } from './safe-text/safe-text.js';

/** Maximum history passed to an agent; each model's prompt is trimmed further. */
export const MAX_HISTORY_MESSAGES = 200;
export const MAX_HISTORY_CHARS = 128 * 1024;
/** Limits of the user's earlier messages. */
const MAX_EARLIER = 200;
const MAX_EARLIER_CHARS = 400;

export interface RunHistory {
  /** Earlier turns, oldest first. */
  history: ChatTurn[];
  /** Stands for the messages before the history; undefined without a summary. */
  summary?: string;
  /** The user's earlier statements about themselves, oldest first. */
  earlier?: string[];
}

/** A run that begins, or resumes after an approval. */
export interface ProducedRun extends BegunRun {
  resumed?: ResumedAnswer;
  /** Usage before the run was suspended. */
  usage?: Usage | null;
}

/** Loads the conversation history before a message. */
@Injectable()
export class RunHistories {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly memories: MemoriesService,
  ) {}

  /** @param position of the message in its conversation */
  async before(conversationRowId: string, position: number): Promise<RunHistory> {
    if (position === 1) return { history: [] };
    const limits = { limit: MAX_HISTORY_MESSAGES, maxChars: MAX_HISTORY_CHARS };
    const { history, summary } = await this.messages.history(conversationRowId, position, limits);
    const before = history[0]?.position ?? position;
    const past = { history, ...(summary !== undefined && { summary }) };
    if (before === 1) return past;
    // Those of summarised messages too: a summary may leave a fact out.
    return {
      ...past,
      earlier: await this.messages.personal(conversationRowId, before, MAX_EARLIER, MAX_EARLIER_CHARS),
    };
  }

  /** The agent's input for a run. */
  async inputOf(run: ProducedRun): Promise<AgentInput> {
    const { ownerId, conversationRowId, position, message, state, hasDocuments, request } = run;
    const continues = run.continues ?? undefined;
    // History sent by the client replaces the stored one.
    const past = request?.history
      ? { history: request.history }
      : await this.before(conversationRowId, position);
    const history = past.history.map(withoutCitations);
    const turn = { ownerId, conversationRowId, position, message, state, hasDocuments, continues };
    const { allowedTools, resumed } = run;
    const memories = await this.memories.recall(ownerId);
    return { ...turn, ...request, ...past, history, memories, allowedTools, resumed };
  }
}

/** Citation numbers of an earlier answer refer to other sources than those of the next. */
function withoutCitations(turn: ChatTurn): ChatTurn {
  if (turn.role === 'user') return turn;
  const safe = new SafeText();
  return { ...turn, content: safe.push(turn.content) + safe.end() };
}
