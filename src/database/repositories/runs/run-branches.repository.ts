import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../../../common/json.js';
import { IdempotencyKey } from '../../entities/idempotency-key.entity.js';
import { Message } from '../../entities/message.entity.js';
import { Run, type RunRequest } from '../../entities/run.entity.js';
import { User } from '../../entities/user.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';
import {
  lockIdle,
  stateAt,
  TreeRefusedError,
  type ConversationName,
  type HeldConversation,
} from '../tree/held-conversation.js';
import { BEGIN_BRANCH } from './branch-statements.js';
import { conflicts } from './run-conflicts.js';
import type { BegunRun, Lease, NewRun } from './runs.repository.js';

/** The branch point of a run. */
export type BranchPoint =
  /** The message that a reply answers, or a user's message itself; the newest reply when omitted. */
  | { kind: 'regenerate'; messageId?: string }
  /** A sibling of a user message, with another text. */
  | { kind: 'edit'; messageId: string; text: string }
  /** Below a message, which need not be the newest; at the beginning of the conversation for null. */
  | { kind: 'reply'; parentId: string | null; text: string };

export interface NewBranch extends ConversationName {
  runId: string;
  point: BranchPoint;
  /** New agent of the conversation; unchanged when omitted. */
  agent?: string;
  /** Title for a conversation without one. */
  title?: string;
  /** Request options; those of the regenerated run when omitted. */
  request?: RunRequest;
  wire: JsonObject | null;
  /** The API key that was used. */
  keyId?: string;
  claim?: NewRun['claim'];
}

type MessageRow = Pick<Message, 'id' | 'parentId' | 'position' | 'role' | 'content' | 'runId'>;

/** The message that a branch answers, in its place. */
interface Question {
  id: string;
  parentId: string | null;
  position: number;
  text: string;
  isNew: boolean;
  /** The run whose request is repeated. */
  oldRunId: string | null;
}

/** Runs that begin elsewhere than at the head of their conversation. */
@Injectable()
export class RunBranchesRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Begins a run in a new branch, which becomes the shown one; all other messages are unchanged.
   * @throws RunActiveError while the conversation is being answered; TreeRefusedError; KeyTakenError
   */
  begin(branch: NewBranch, lease: Lease): Promise<BegunRun> {
    return conflicts(
      retryConflicts(() => this.source.transaction((manager) => beginIn(manager, branch, lease))),
    );
  }
}

async function beginIn(manager: EntityManager, branch: NewBranch, lease: Lease): Promise<BegunRun> {
  const { claim } = branch;
  // Held before the conversation: see the order of locks in run-statements.ts.
  if (claim)
    await manager.findOne(User, {
      where: { id: branch.ownerId },
      select: { id: true },
      lock: { mode: 'for_key_share' },
    });
  const held = await lockIdle(manager, branch);
  const question = await questionOf(manager, held, branch.point);
  const request = branch.request ?? (await requestOf(manager, question.oldRunId));

  if (question.isNew)
    await manager.insert(Message, {
      id: question.id,
      conversationRowId: held.id,
      parentId: question.parentId,
      position: question.position,
      role: 'user',
      content: question.text,
      runId: branch.runId,
    });
  else await manager.update(Message, question.id, { runId: branch.runId });

  const [begun]: [Omit<BegunRun, 'message' | 'request'>] = await manager.query(BEGIN_BRANCH, [
    held.id,
    branch.runId,
    lease.producer,
    lease.seconds,
    question.position,
    request,
    branch.wire,
    question.id,
    await stateAt(manager, question.parentId),
    branch.agent ?? null,
    branch.title ?? null,
    branch.keyId ?? null,
  ]);
  if (claim) {
    const result: object = claim.result;
    await manager.insert(IdempotencyKey, { ...claim, userId: branch.ownerId, result });
  }
  return { ...begun, message: question.text, request };
}

/** @throws TreeRefusedError */
async function questionOf(
  manager: EntityManager,
  held: HeldConversation,
  point: BranchPoint,
): Promise<Question> {
  const find = async (id: string | null): Promise<MessageRow> => {
    const where = { id: id ?? IsNull(), conversationRowId: held.id };
    const select = { id: true, parentId: true, position: true, role: true, content: true, runId: true };
    const row = await manager.findOne(Message, { where, select });
    if (!row) throw new TreeRefusedError('no-message');
    return row;
  };
  if (point.kind === 'reply') {
    const parent = point.parentId === null ? null : await find(point.parentId);
    const place = { parentId: point.parentId, position: (parent?.position ?? 0) + 1 };
    return { id: uuidv7(), ...place, text: point.text, isNew: true, oldRunId: null };
  }
  const target = await find(point.messageId ?? held.headId);
  if (point.kind === 'edit') {
    if (target.role !== 'user') throw new TreeRefusedError('not-a-question');
    const { parentId, position, runId: oldRunId } = target;
    return { id: uuidv7(), parentId, position, text: point.text, isNew: true, oldRunId };
  }
  if (target.role === 'assistant' && target.parentId === null) throw new TreeRefusedError('not-a-question');
  const question = target.role === 'user' ? target : await find(target.parentId);
  if (question.role !== 'user') throw new TreeRefusedError('not-a-question');
  const { id, parentId, position, content: text } = question;
  return { id, parentId, position, text, isNew: false, oldRunId: target.runId };
}

async function requestOf(manager: EntityManager, runId: string | null): Promise<RunRequest> {
  if (runId === null) return {};
  const run = await manager.findOne(Run, { where: { id: runId }, select: { id: true, request: true } });
  return run?.request ?? {};
}
