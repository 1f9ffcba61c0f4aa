import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { Conversation } from '../../entities/conversation.entity.js';
import { Message } from '../../entities/message.entity.js';
import type { Rating } from '../../entities/message-feedback.entity.js';
import { retryConflicts } from '../../retry-conflicts.js';
import { MESSAGE, type StoredMessage } from '../messages.repository.js';
import type { TreeCursor } from '../page.js';
import { lockIdle, stateAt, TreeRefusedError, type ConversationName } from './held-conversation.js';
import { MessageTree, type MessageNode } from './message-tree.js';
import { onPath, pathOf, siblingsOf } from './path.js';

export interface TreeMessage extends StoredMessage {
  parentId: string | null;
  /** Messages with the same parent, oldest first, including this one. */
  siblings: string[];
  /** Whether it is on the shown path. */
  isShown: boolean;
  /** Rating of a reply by the conversation's owner; null if not rated. */
  rating: Rating | null;
}

/** The head of a conversation's shown path. */
export interface Head {
  /** Null without messages. */
  headId: string | null;
  /** Messages on the path to it. */
  messageCount: number;
}

export interface DeletedBranch extends Head {
  /** Messages that were deleted. */
  count: number;
  /** Runs whose answers were among them. */
  runIds: string[];
}

/** Trees of messages: listing, selecting the shown path, deleting a branch. */
@Injectable()
export class MessageTreeRepository {
  constructor(private readonly source: DataSource) {}

  /**
   * Messages of all branches: the deepest before a cursor, returned in order from the beginning.
   * @param conversationRowId of a conversation that the caller may see
   */
  async list(conversationRowId: string, limit: number, before?: TreeCursor): Promise<TreeMessage[]> {
    // $1 row id of the conversation, $2 and $3 position and id of the cursor, $4 page size
    const rows: TreeMessage[] = await this.source.query(
      `WITH RECURSIVE ${pathOf('id = $1')}
       SELECT ${MESSAGE}, m.parent_id AS "parentId", ${siblingsOf('m')} AS siblings, ${onPath('m')} AS "isShown",
         (SELECT rating FROM message_feedback f WHERE f.message_id = m.id) AS rating
       FROM messages m
       WHERE m.conversation_id = $1 AND (m.position, m.id) < ($2, $3)
       ORDER BY m.position DESC, m.id DESC
       LIMIT $4`,
      [conversationRowId, ...(before ?? END), limit],
    );
    return rows.toReversed();
  }

  /**
   * Selects the path to another message.
   * @param move.expected the head the client has seen; not checked when omitted
   * @param move.follow whether to select its newest descendant instead
   * @throws RunActiveError while the conversation is being answered; TreeRefusedError
   */
  moveHead(
    name: ConversationName,
    messageId: string,
    move: { expected?: string; follow: boolean },
  ): Promise<Head> {
    return this.changing(async (manager) => {
      const { id, headId } = await lockIdle(manager, name);
      if (move.expected !== undefined && move.expected !== headId) throw new TreeRefusedError('head-moved');
      const tree = await treeOf(manager, id);
      const target = tree.get(messageId);
      if (!target) throw new TreeRefusedError('no-message');
      return show(manager, id, tree, move.follow ? tree.leafBelow(target) : target);
    });
  }

  /** Deletes a message with its descendants; it must have a sibling branch. @throws as `moveHead` */
  deleteBranch(name: ConversationName, messageId: string): Promise<DeletedBranch> {
    return this.changing(async (manager) => {
      const { id, headId } = await lockIdle(manager, name);
      const tree = await treeOf(manager, id);
      const branch = tree.get(messageId);
      if (!branch) throw new TreeRefusedError('no-message');
      const next = tree.headAfterDeleting(branch, headId);
      if (!next) throw new TreeRefusedError('only-branch');

      const deleted = tree.branchOf(branch);
      await manager.delete(Message, { id: In(deleted.map((node) => node.id)) });
      // Links the question to the run of a remaining reply: $1 the question, $2 the reply.
      await manager.query(
        `UPDATE messages q SET run_id = a.run_id FROM messages a
         WHERE q.id = $1 AND q.role = 'user' AND a.id = $2 AND a.role = 'assistant'`,
        [branch.parentId, tree.siblingsOf(branch).findLast((node) => node.id !== branch.id)?.id],
      );
      const runIds = await deleteRuns(manager, id, deleted);
      const head = await show(manager, id, await treeOf(manager, id), next);
      return { ...head, count: deleted.length, runIds };
    });
  }

  /** Deletes the message at the head; its parent becomes the head. @throws as `moveHead` */
  deleteLast(name: ConversationName, messageId: string): Promise<DeletedBranch> {
    return this.changing(async (manager) => {
      const { id, headId } = await lockIdle(manager, name);
      const tree = await treeOf(manager, id);
      const last = tree.get(messageId);
      if (!last) throw new TreeRefusedError('no-message');
      if (headId !== last.id || tree.branchOf(last).length > 1) throw new TreeRefusedError('not-last');
      await manager.delete(Message, last.id);
      const runIds = await deleteRuns(manager, id, [last]);
      const rest = await treeOf(manager, id);
      const parent = last.parentId === null ? undefined : rest.get(last.parentId);
      return { ...(await show(manager, id, rest, parent)), count: 1, runIds };
    });
  }

  private changing<T>(change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return retryConflicts(() => this.source.transaction(change));
  }
}

/** Behind every place. */
const END: TreeCursor = [2 ** 31 - 1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

async function treeOf(manager: EntityManager, conversationRowId: string): Promise<MessageTree> {
  const nodes: MessageNode[] = await manager.find(Message, {
    where: { conversationRowId },
    select: { id: true, parentId: true, role: true, runId: true },
    order: { position: 'ASC', createdAt: 'ASC', id: 'ASC' },
  });
  return new MessageTree(nodes);
}

/** Deletes the runs of deleted messages unless other messages belong to them. @returns their ids */
async function deleteRuns(
  manager: EntityManager,
  conversationRowId: string,
  deleted: readonly MessageNode[],
): Promise<string[]> {
  // $1 row id of the conversation, $2 the runs of the deleted messages
  const [runs]: [{ id: string }[], number] = await manager.query(
    `DELETE FROM runs r WHERE r.id = ANY($2) AND r.conversation_id = $1
       AND NOT EXISTS (SELECT FROM messages m WHERE m.conversation_id = $1 AND m.run_id = r.id)
     RETURNING r.id`,
    [conversationRowId, deleted.map((node) => node.runId)],
  );
  return runs.map((run) => run.id);
}

async function show(
  manager: EntityManager,
  conversationRowId: string,
  tree: MessageTree,
  head: MessageNode | undefined,
): Promise<Head> {
  const headId = head?.id ?? null;
  const messageCount = tree.pathTo(headId).length;
  const isBranched = messageCount < tree.size;
  const state: object = await stateAt(manager, headId);
  await manager.update(Conversation, conversationRowId, { headId, messageCount, isBranched, state });
  return { headId, messageCount };
}
