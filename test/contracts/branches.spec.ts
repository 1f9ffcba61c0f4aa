import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../src/database/data-source.js';
import { ConversationsRepository } from '../../src/database/repositories/conversations.repository.js';
import { MessagesRepository } from '../../src/database/repositories/messages.repository.js';
import { RunActiveError } from '../../src/database/repositories/runs/run-conflicts.js';
import {
  RunBranchesRepository,
  type BranchPoint,
} from '../../src/database/repositories/runs/run-branches.repository.js';
import { RunsRepository, type BegunRun } from '../../src/database/repositories/runs/runs.repository.js';
import { ForksRepository } from '../../src/database/repositories/tree/forks.repository.js';
import { OutsideMessagesRepository } from '../../src/database/repositories/tree/outside-messages.repository.js';
import { MessageTreeRepository } from '../../src/database/repositories/tree/message-tree.repository.js';
import { OutsideMessagesService } from '../../src/sessions/outside-messages.service.js';
import { insertAccount } from '../support/accounts.js';
import { createDatabase } from '../support/database.js';

const LEASE = { producer: randomUUID(), seconds: 10 };

describe('the branches of a conversation', () => {
  let database: { url: string; drop(): Promise<void> };
  let source: DataSource;
  let runs: RunsRepository;
  let branches: RunBranchesRepository;
  let trees: MessageTreeRepository;
  let messages: MessagesRepository;
  let ownerId: string;
  let conversationId: string;

  beforeAll(async () => {
    database = await createDatabase();
    source = await openDatabase({ url: database.url });
    runs = new RunsRepository(source);
    branches = new RunBranchesRepository(source);
    trees = new MessageTreeRepository(source);
    messages = new MessagesRepository(source);
  });
  afterAll(async () => {
    await source?.destroy();
    await database?.drop();
  });
  beforeEach(async () => {
    [ownerId, conversationId] = [await insertAccount(source), randomUUID()];
  });

  const name = (conversation = conversationId) => ({ ownerId, conversationId: conversation });
  const found = async (conversation = conversationId) =>
    (await new ConversationsRepository(source).find(ownerId, conversation))!;
  const start = async (message: string): Promise<BegunRun> =>
    (await runs.start(
      {
        ...name(),
        runId: randomUUID(),
        agent: 'assistant',
        switchesAgent: false,
        title: message,
        message,
        request: {},
        wire: null,
      },
      LEASE,
    ))!;
  const branch = (point: BranchPoint) =>
    branches.begin({ ...name(), runId: randomUUID(), point, wire: null }, LEASE);
  /** Ends a run; the agent's state is the reply that it wrote last. @returns the id of the reply */
  const answer = async ({ runId }: BegunRun, reply: string) => {
    const end = { lastOffset: 3, failure: null, sources: null, finishReason: null, usage: null };
    const state = { last: reply };
    await runs.finish({ ...end, runId, producer: LEASE.producer, status: 'complete', reply, state }, LEASE);
    return runId;
  };
  /** A message and its answer at the end of what is shown. @returns the id of the reply */
  const say = async (message: string, reply: string) => answer(await start(message), reply);
  const shown = async (conversation = conversationId) =>
    (await messages.latest((await found(conversation)).id, 100)).map(({ content }) => content);
  const idOf = async (content: string) =>
    (await trees.list((await found()).id, 100)).find((message) => message.content === content)!.id;

  it('hold every answer to a message, of which the newest is shown', async () => {
    const first = await say('q', 'a1');
    const again = await branch({ kind: 'regenerate', messageId: first });
    expect(again).toMatchObject({ message: 'q', position: 1, state: {} });
    expect(await shown()).toEqual(['q']);
    const second = await answer(again, 'a2');
    expect(await shown()).toEqual(['q', 'a2']);
    const { id, messageCount, headId } = await found();
    expect({ messageCount, headId }).toEqual({ messageCount: 2, headId: second });
    const tree = await trees.list(id, 100);
    expect(
      tree.map(({ content, siblings, isShown }) => [content, siblings.length, isShown]).toSorted(),
    ).toEqual([
      ['a1', 2, false],
      ['a2', 2, true],
      ['q', 1, true],
    ]);
    expect(tree.at(-1)!.siblings).toEqual([first, second]);
    // The first run is still what it was.
    expect(await runs.find(ownerId, first)).toMatchObject({ status: 'complete', reply: 'a1' });
  });

  it("go on from the agent's state above them", async () => {
    await say('q1', 'a1');
    await say('q2', 'a2');
    const edited = await branch({ kind: 'edit', messageId: await idOf('q2'), text: 'q2b' });
    expect(edited).toMatchObject({ message: 'q2b', position: 3, state: { last: 'a1' } });
    await answer(edited, 'a2b');
    expect(await shown()).toEqual(['q1', 'a1', 'q2b', 'a2b']);

    const { headId } = await trees.moveHead(name(), await idOf('q2'), { follow: true });
    expect(headId).toBe(await idOf('a2'));
    const next = await start('q3');
    expect(next).toMatchObject({ position: 5, state: { last: 'a2' } });
    await answer(next, 'a3');
    expect(await shown()).toEqual(['q1', 'a1', 'q2', 'a2', 'q3', 'a3']);
    const { history } = await messages.history(next.conversationRowId, 5, { limit: 9, maxChars: 99 });
    expect(history).toHaveLength(4);

    const root = await branch({ kind: 'edit', messageId: await idOf('q1'), text: 'other' });
    expect(root).toMatchObject({ position: 1, state: {} });
    await answer(root, 'to other');
    expect(await found()).toMatchObject({ firstMessage: 'other', lastMessage: 'to other', messageCount: 2 });
  });

  it('can begin below any message', async () => {
    const first = await say('q1', 'a1');
    await say('q2', 'a2');
    const below = await branch({ kind: 'reply', parentId: first, text: 'q2b' });
    await answer(below, 'a2b');
    expect(below.state).toEqual({ last: 'a1' });
    expect(await shown()).toEqual(['q1', 'a1', 'q2b', 'a2b']);
    await answer(await branch({ kind: 'reply', parentId: null, text: 'new' }), 'to new');
    expect(await shown()).toEqual(['new', 'to new']);
  });

  it('keep the text of a run that is resumed', async () => {
    const run = await start('q');
    const cut = { lastOffset: 3, failure: null, sources: null, finishReason: 'length', usage: null } as const;
    const { producer } = LEASE;
    await runs.finish(
      { ...cut, producer, runId: run.runId, status: 'complete', reply: 'One, ', state: {} },
      LEASE,
    );
    const again = await runs.restart({ ownerId, runId: run.runId }, randomUUID(), LEASE);
    await answer(again!, 'One, two.');
    expect(await shown()).toEqual(['q', 'One, two.']);
    expect(await trees.list((await found()).id, 100)).toHaveLength(3);
  });

  it('are not changed while a message is being answered', async () => {
    const first = await say('q1', 'a1');
    const running = await start('q2');
    await expect(branch({ kind: 'regenerate', messageId: first })).rejects.toThrow(RunActiveError);
    await expect(trees.moveHead(name(), first, { follow: false })).rejects.toThrow(RunActiveError);
    await expect(trees.deleteBranch(name(), first)).rejects.toThrow(RunActiveError);
    await answer(running, 'a2');
    expect(await shown()).toEqual(['q1', 'a1', 'q2', 'a2']);
  });

  it('are deleted with all below them, but for the last one', async () => {
    const first = await say('q1', 'a1');
    await say('q2', 'a2');
    const second = await answer(await branch({ kind: 'regenerate', messageId: first }), 'b1');
    await say('q3', 'b3');

    const deleted = await trees.deleteBranch(name(), second);
    expect(deleted).toMatchObject({ count: 3, headId: await idOf('a2'), messageCount: 4 });
    expect(deleted.runIds).toContain(second);
    expect(await shown()).toEqual(['q1', 'a1', 'q2', 'a2']);
    await expect(trees.deleteBranch(name(), first)).rejects.toThrow('only-branch');
    // Nothing is left of it, and the conversation is a plain list again.
    expect(await runs.find(ownerId, second)).toBeNull();
    const [row] = await source.query('SELECT is_branched FROM conversations WHERE client_id = $1', [
      conversationId,
    ]);
    expect(row).toEqual({ is_branched: false });
    const again = await runs.restart({ ownerId, runId: first }, randomUUID(), LEASE);
    expect(again).toBeNull();
  });

  it('are selected by one of several concurrent requests', async () => {
    const first = await say('q', 'a1');
    const second = await answer(await branch({ kind: 'regenerate' }), 'a2');
    const third = await answer(await branch({ kind: 'regenerate' }), 'a3');
    const moves = await Promise.allSettled(
      [first, second].map((id) => trees.moveHead(name(), id, { expected: third, follow: false })),
    );
    expect(moves.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(['q a1', 'q a2']).toContain((await shown()).join(' '));
  });

  it("are nobody else's", async () => {
    const first = await say('q', 'a');
    const [mine, stranger] = [name(), { ...name(), ownerId: randomUUID() }];
    await expect(trees.moveHead(stranger, first, { follow: false })).rejects.toThrow('no-conversation');
    conversationId = randomUUID();
    await say('mine, too', 'a');
    await expect(trees.moveHead(name(), first, { follow: false })).rejects.toThrow('no-message');
    await expect(branch({ kind: 'regenerate', messageId: first })).rejects.toThrow('no-message');
    expect(await trees.moveHead(mine, first, { follow: false })).toMatchObject({ headId: first });
  });

  it('lose no message of a thousand concurrent ones', async () => {
    await say('q', 'a');
    const outside = new OutsideMessagesService(new OutsideMessagesRepository(source));
    await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => outside.add(name(), { role: 'user', content: `${i}` })),
    );
    const tree = await trees.list((await found()).id, 2_000);
    expect(tree).toHaveLength(1_002);
    expect(new Set(tree.map(({ content }) => content)).size).toBe(1_002);
    expect(tree.slice(1).map(({ parentId }) => parentId)).toEqual(tree.slice(0, -1).map(({ id }) => id));
    expect(tree.every(({ position, isShown }, i) => position === i + 1 && isShown)).toBe(true);
  });

  it('are copied into conversations of their own', async () => {
    await say('q1', 'a1');
    await say('q2', 'a2');
    await answer(await branch({ kind: 'regenerate', messageId: await idOf('a1') }), 'b1');
    const copy = randomUUID();
    await new ForksRepository(source).fork(name(), await idOf('a1'), copy);
    expect(await shown(copy)).toEqual(['q1', 'a1']);
    expect(await found(copy)).toMatchObject({
      messageCount: 2,
      state: { last: 'a1' },
      title: 'q1',
    });
    expect(await shown()).toEqual(['q1', 'b1']);

    conversationId = copy;
    const [question, reply] = await trees.list((await found()).id, 9);
    expect(reply).toMatchObject({ parentId: question!.id, runId: reply!.id });
    expect(question!.runId).toBe(reply!.id);
    await say('q2', 'a2 of the copy');
    const edited = await branch({ kind: 'edit', messageId: await idOf('q2'), text: 'q2b' });
    expect(edited.state).toEqual({ last: 'a1' });
  });
});
