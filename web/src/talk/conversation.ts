// A conversation in this tab: the stored messages and the streaming answer. Not a component, so that it continues
// while another view is shown.

import * as api from '../client/api.js';
import { HttpError } from '../client/http.js';
import type { RunStream } from '../client/run-stream.js';
import { wordsOf } from '../texts/words-of.js';
import { isUnfinished, withDecision, type Answer, type ToolCard } from './answer.js';
import { PaintedState, type ConversationState } from './conversation-state.js';
import { followAnswer } from './follow-answer.js';
import { readMessages } from './read-messages.js';
import { newQuestion, newReply, pagesAbove, withDetails, type ShownMessage } from './shown-messages.js';
import { announceChange } from './tabs.js';
import { rememberRun, rememberedRun } from './memory.js';

export class Conversation {
  private readonly painted = new PaintedState();
  readonly state = this.painted.signal;
  private following: AbortController | null = null;
  private isSending = false;
  /** Answer counter, for detecting stale reads: data read before the latest answer began is outdated. */
  private turn = 0;

  constructor(readonly id: string) {}

  private get next(): ConversationState {
    return this.painted.next;
  }

  get isAnswering(): boolean {
    return this.last?.status === 'writing';
  }

  private get last(): Answer | undefined {
    return this.next.messages.at(-1)?.answer;
  }

  /** Loads the newest messages, and joins the answer in progress, if any. */
  async load(isNew = false): Promise<void> {
    if (isNew || this.isSending) return;
    this.show({ isLoading: this.next.messages.length === 0, problem: null });
    try {
      await this.read();
      await this.join();
    } catch (error) {
      const isMissing = error instanceof HttpError && error.status === 404;
      this.show({ isLoading: false, isMissing, problem: isMissing ? null : wordsOf(error) });
    }
  }

  /** @param limit page size, in messages of all branches */
  async loadOlder(limit?: number): Promise<void> {
    const { older, isLoading } = this.next;
    if (!older || isLoading) return;
    this.show({ isLoading: true });
    try {
      const { shown, next } = await readMessages(this.id, { cursor: older, limit, isQuiet: true });
      this.show({
        messages: [...shown, ...this.next.messages],
        older: next,
        olderPages: this.next.olderPages + 1,
      });
    } finally {
      this.show({ isLoading: false });
    }
  }

  /** Loads pages and switches branches until a message is shown. @returns false when the message does not exist */
  async reveal(messageId: string): Promise<boolean> {
    const isShown = () => this.next.messages.some(({ id }) => id === messageId);
    while (!isShown() && this.next.older) await this.loadOlder(500);
    if (!isShown()) await this.selectBranch(messageId);
    while (!isShown() && this.next.older) await this.loadOlder(500);
    return isShown();
  }

  /** Sends a message and follows its answer to the end. */
  async send(
    text: string,
    { agent, files = [] }: { agent?: string; files?: { id: string; name: string }[] },
  ) {
    if (isUnfinished(this.last)) return;
    const key = crypto.randomUUID();
    const names = files.map(({ name }) => name);
    this.startAnswer([...this.next.messages, newQuestion(key, text, names)]);
    const attachments = files.length > 0 && { attachment_ids: files.map(({ id }) => id) };
    const body = { message: text, conversation_id: this.id, ...(agent && { agent }), ...attachments };
    await this.follow({ start: (signal) => api.postMessage(body, key, signal) });
  }

  /** Has a changed question answered; the original stays as a branch. */
  edit(question: ShownMessage, text: string, agent?: string): Promise<void> {
    const key = crypto.randomUUID();
    return this.branch(question, [newQuestion(key, text, question.files)], (id, signal) =>
      api.editMessage(this.id, id, { message: text, ...(agent && { agent }) }, key, signal),
    );
  }

  /** Regenerates a reply; the existing one stays as a branch. */
  regenerate(reply: ShownMessage, agent?: string): Promise<void> {
    const key = crypto.randomUUID();
    return this.branch(reply, [], (id, signal) =>
      api.regenerateReply(this.id, id, { ...(agent && { agent }) }, key, signal),
    );
  }

  /** Switches to another version of a message, with its descendants. */
  async selectBranch(messageId: string): Promise<void> {
    if (isUnfinished(this.last)) return;
    try {
      await api.selectBranch(this.id, messageId);
      await this.read();
      announceChange(this.id);
    } catch (error) {
      this.show({ problem: wordsOf(error) });
    }
  }

  /** @param rating null to remove it */
  async rate({ id }: ShownMessage, rating: api.Rating | null, comment?: string): Promise<void> {
    if (!id) return;
    try {
      await api.rateReply(id, rating, comment);
      const { messages } = this.next;
      this.show({
        messages: messages.map((message) => (message.id === id ? { ...message, rating } : message)),
      });
    } catch (error) {
      this.show({ problem: wordsOf(error) });
    }
  }

  /** Has the last question answered again, from where it failed or was stopped. */
  async retry(): Promise<void> {
    const last = this.next.messages.at(-1);
    if (!last?.answer || isUnfinished(this.last)) return;
    const { runId } = last.answer;
    const known = runId ?? rememberedRun(this.id);
    const question = this.next.messages.at(-2);
    if (!known) {
      if (question?.role !== 'user') return;
      this.show({ messages: this.next.messages.slice(0, -2) });
      return this.send(question.text, {});
    }
    const key = crypto.randomUUID();
    // An answer truncated by the model is continued; any other is regenerated.
    this.startAnswer(this.next.messages.slice(0, -1), last.answer.cut === 'length' ? last.answer.text : '');
    await this.follow({ start: (signal) => api.continueRun(known, key, signal) });
  }

  /** Decides a pending tool call; after the last one the answer continues. @throws HttpError */
  async decide({ id, approvalId }: ToolCard, decision: api.Decision): Promise<void> {
    const { runId } = this.last ?? {};
    if (!runId || !approvalId) return;
    await api.decideApproval(runId, approvalId, decision);
    this.showAnswer((answer) => withDecision(answer, id));
    if (this.last?.status === 'waiting') return;
    // Replayed from the first event: another tab may have decided some of the calls.
    this.startAnswer(this.next.messages.slice(0, -1));
    await this.follow({ start: (signal) => api.resumeRun(runId, '', signal) });
  }

  async stop(): Promise<void> {
    await api.stopAnswer(this.id);
    // No stream reports the end of an answer that waits for approval.
    this.showAnswer((answer) => (answer.status === 'waiting' ? { ...answer, status: 'stopped' } : answer));
  }

  /** Joins the answer in progress, started in this tab or another. */
  async join(): Promise<void> {
    if (this.following) return;
    const leaving = new AbortController();
    this.following = leaving;
    const response = await api.joinAnswer(this.id, leaving.signal).catch(() => null);
    this.following = null;
    if (!response || response.status === 204 || leaving.signal.aborted) return;
    const { messages } = this.next;
    const isShown = messages.at(-1)?.role === 'assistant';
    this.startAnswer(isShown ? messages.slice(0, -1) : messages);
    await this.follow({ start: () => Promise.resolve(response), isJoined: true });
  }

  /** Stops following, not the answer. */
  leave(): void {
    this.following?.abort();
    this.following = null;
  }

  /** Reads the newest messages of the selected branch. */
  private async read(): Promise<void> {
    const { turn } = this;
    const isQuiet = this.next.messages.length > 0;
    const { shown: stored, summary = null, next } = await readMessages(this.id, { isQuiet });
    if (turn !== this.turn) return;
    const shown = withDetails(stored, this.next.messages);
    const last = shown.at(-1);
    if (last?.answer && !last.answer.runId) last.answer = { ...last.answer, runId: rememberedRun(this.id) };
    const above = pagesAbove(shown, this.next.messages);
    const older = above.length > 0 ? this.next.older : next;
    this.show({ messages: [...above, ...shown], summary, older, isLoading: false, isMissing: false });
  }

  /** Starts a branch at a message, and follows its answer. */
  private async branch(
    { id, key }: ShownMessage,
    begun: readonly ShownMessage[],
    start: (id: string, signal: AbortSignal) => Promise<Response>,
  ): Promise<void> {
    const at = this.next.messages.findIndex((message) => message.key === key);
    if (!id || at < 0 || isUnfinished(this.last)) return;
    this.startAnswer([...this.next.messages.slice(0, at), ...begun]);
    await this.follow({ start: (signal) => start(id, signal) });
  }

  private startAnswer(messages: readonly ShownMessage[], text = ''): void {
    this.turn += 1;
    this.show({ messages: [...messages, newReply(text)], problem: null, isMissing: false });
  }

  private async follow({ start, isJoined = false }: Pick<RunStream, 'start'> & { isJoined?: boolean }) {
    const leaving = new AbortController();
    this.following?.abort();
    this.following = leaving;
    this.isSending = true;
    await followAnswer(start, leaving.signal, {
      answer: () => this.last,
      change: (change) => this.showAnswer(change),
      show: (state) => this.show(state),
      onRun: (runId) => {
        rememberRun(this.id, runId);
        if (!isJoined) announceChange(this.id);
      },
    });
    this.isSending = false;
    if (this.following === leaving) this.following = null;
    if (!isJoined) announceChange(this.id);
    // The stored messages have the ids for editing, rating and regenerating.
    if (!leaving.signal.aborted) await this.read().catch(() => {});
  }

  private showAnswer(change: (answer: Answer) => Answer): void {
    const last = this.next.messages.at(-1);
    if (!last?.answer) return;
    this.show({ messages: [...this.next.messages.slice(0, -1), { ...last, answer: change(last.answer) }] });
  }

  private show(change: Partial<ConversationState>): void {
    this.painted.change(change);
  }
}
