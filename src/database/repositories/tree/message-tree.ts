import type { MessageRole } from '../../entities/message.entity.js';

/** A message as a place in its tree. */
export interface MessageNode {
  id: string;
  /** Null for a first message; there are several after the first one was edited. */
  parentId: string | null;
  role: MessageRole;
  runId: string | null;
}

/** The message tree of a conversation. Without recursion: a branch may have any number of messages. */
export class MessageTree {
  private readonly nodes: Map<string, MessageNode>;
  private readonly children = new Map<string | null, MessageNode[]>();

  /** @param nodes all messages of a conversation; siblings in order of age, oldest first */
  constructor(nodes: readonly MessageNode[]) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const node of nodes) {
      const siblings = this.children.get(node.parentId);
      if (siblings) siblings.push(node);
      else this.children.set(node.parentId, [node]);
    }
  }

  get size(): number {
    return this.nodes.size;
  }

  get(id: string): MessageNode | undefined {
    return this.nodes.get(id);
  }

  /** The messages from the root to this one; empty for null. */
  pathTo(id: string | null): MessageNode[] {
    const path: MessageNode[] = [];
    for (let node = this.find(id); node; node = this.find(node.parentId)) path.push(node);
    return path.toReversed();
  }

  /** Messages with the same parent, oldest first, including this one. */
  siblingsOf({ parentId }: MessageNode): readonly MessageNode[] {
    return this.children.get(parentId) ?? [];
  }

  /** A message and all below it. */
  branchOf(node: MessageNode): MessageNode[] {
    const branch = [node];
    // The array grows during the iteration.
    for (const { id } of branch) branch.push(...(this.children.get(id) ?? []));
    return branch;
  }

  /** The leaf reached by following the newest child; the node itself if it has none. */
  leafBelow(node: MessageNode): MessageNode {
    let leaf = node;
    for (let next = this.children.get(leaf.id)?.at(-1); next; next = this.children.get(leaf.id)?.at(-1))
      leaf = next;
    return leaf;
  }

  /**
   * The head after deleting a branch: unchanged unless it was in the branch; then in its newest sibling.
   * @param head the current head
   * @returns undefined when the branch has no siblings
   */
  headAfterDeleting(branch: MessageNode, head: string | null): MessageNode | undefined {
    const beside = this.siblingsOf(branch).findLast(({ id }) => id !== branch.id);
    if (!beside) return undefined;
    const isShown = this.pathTo(head).some(({ id }) => id === branch.id);
    return isShown ? this.leafBelow(beside) : this.find(head);
  }

  private find(id: string | null): MessageNode | undefined {
    return id === null ? undefined : this.nodes.get(id);
  }
}
