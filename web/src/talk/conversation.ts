// One conversation as a tab shows it: what is stored, and the answer that is being written. It is no component, so that it
// goes on while the view is elsewhere, and it paints at most once a frame.

import {
  continueRun,
  getRun,
  joinAnswer,
  listMessages,
  postMessage,
  resumeRun,
  stopAnswer,
  type Source,
  type StoredMessage,
} from '../client/api.js';
import { HttpError } from '../client/http.js';
import { noteEvents } from '../client/request-log.js';
import { followRun, Unreachable, type Connection, type RunStream } from '../client/run-stream.js';
import { Signal } from '../client/signal.js';
import { newAnswer, withEvents, type Answer } from './answer.js';
import { announceChange } from './tabs.js';
import { rememberRun, rememberedRun } from './memory.js';

export interface ShownMessage {
  id: string;
  role: 'user' | 'assistant';
  text: string;
  at: Date;
  /** Of an answer. */
  answer?: Answer;
  /** Names of the files that went with a question. */
  files?: readonly string[];
}

export interface ConversationState {
  messages: readonly ShownMessage[];
  /** Counts pages of older messages put before the ones shown. */
  olderPages: number;
  older: string | null;
  isLoading: boolean;
  connection: Connection | null;
  /** The question could not be sent, or the conversation not be read. */
  problem: string | null;
  isMissing: boolean;
}

const EMPTY: ConversationState = {
  messages: [],
  olderPages: 0,
  older: null,
  isLoading: false,
  connection: null,
  problem: null,
  isMissing: false,
};

const isFinal = (error: unknown) =>
  error instanceof HttpError && error.status < 500 && error.status !== 429 && error.status !== 408;
const waitOf = (error: unknown) => (error instanceof HttpError ? error.retryAfterMs : undefined);

export class Conversation {
  readonly state = new Signal<ConversationState>(EMPTY);
  private following: AbortController | null = null;
  private isSending = false;
  private frame = 0;
  private next: ConversationState = EMPTY;
  private isFirstEvent = true;

  constructor(readonly id: string) {}

  get isAnswering(): boolean {
    return this.next.messages.at(-1)?.answer?.status === 'writing';
  }

  /** Reads the newest messages, and joins the answer that is being written if there is one. */
  async load(isNew = false): Promise<void> {
    if (isNew || this.isSending) return;
    this.show({ isLoading: this.next.messages.length === 0, problem: null });
    try {
      const { messages, next } = await listMessages(this.id);
      const stored = messages.map(toShown);
      this.keepDetails(stored);
      this.show({ messages: stored, older: next, isLoading: false });
      await this.join();
    } catch (error) {
      const isMissing = error instanceof HttpError && error.status === 404;
      this.show({ isLoading: false, isMissing, problem: isMissing ? null : wordsOf(error) });
    }
  }

  async loadOlder(): Promise<void> {
    const { older, isLoading } = this.next;
    if (!older || isLoading) return;
    this.show({ isLoading: true });
    try {
      const { messages, next } = await listMessages(this.id, older);
      this.show({
        messages: [...messages.map(toShown), ...this.next.messages],
        older: next,
        olderPages: this.next.olderPages + 1,
      });
    } finally {
      this.show({ isLoading: false });
    }
  }

  /** Asks a question; its answer is followed until it is over. */
  async send(
    text: string,
    { agent, files = [] }: { agent?: string; files?: { id: string; name: string }[] },
  ) {
    if (this.isAnswering) return;
    const key = crypto.randomUUID();
    const at = new Date();
    const question = { id: key, role: 'user', text, at, files: files.map(({ name }) => name) } as const;
    this.startAnswer([...this.next.messages, question]);
    const body = {
      message: text,
      conversation_id: this.id,
      ...(agent && { agent }),
      ...(files.length > 0 && { attachment_ids: files.map(({ id }) => id) }),
    };
    await this.follow({ start: (signal) => postMessage(body, key, signal) });
  }

  /** Has the last question answered again, from where it failed or was stopped. */
  async retry(): Promise<void> {
    const last = this.next.messages.at(-1);
    if (!last?.answer || this.isAnswering) return;
    const { runId } = last.answer;
    const known = runId ?? rememberedRun(this.id);
    const question = this.next.messages.at(-2);
    if (!known) {
      if (question?.role !== 'user') return;
      this.show({ messages: this.next.messages.slice(0, -2) });
      return this.send(question.text, {});
    }
    const key = crypto.randomUUID();
    // An answer that the model cut goes on where it ended; any other is written anew.
    this.startAnswer(this.next.messages.slice(0, -1), last.answer.cut === 'length' ? last.answer.text : '');
    await this.follow({ start: (signal) => continueRun(known, key, signal) });
  }

  async stop(): Promise<void> {
    await stopAnswer(this.id);
  }

  /** Joins the answer that is being written, in this tab or another. */
  async join(): Promise<void> {
    if (this.following) return;
    const leaving = new AbortController();
    this.following = leaving;
    let response: Response;
    try {
      response = await joinAnswer(this.id, leaving.signal);
    } catch {
      this.following = null;
      return;
    }
    if (response.status === 204 || leaving.signal.aborted) {
      this.following = null;
      return;
    }
    this.following = null;
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

  private startAnswer(messages: readonly ShownMessage[], text = ''): void {
    const answer = { ...newAnswer(), text };
    const reply = { id: crypto.randomUUID(), role: 'assistant', text: '', at: new Date(), answer } as const;
    this.isFirstEvent = true;
    this.show({ messages: [...messages, reply], problem: null, isMissing: false });
  }

  private async follow({ isJoined = false, ...source }: Pick<RunStream, 'start'> & { isJoined?: boolean }) {
    const leaving = new AbortController();
    this.following?.abort();
    this.following = leaving;
    this.isSending = true;
    try {
      await followRun({
        ...source,
        resume: resumeRun,
        signal: leaving.signal,
        isFinal,
        waitOf,
        onConnection: (connection) => this.show({ connection }),
        onRun: (runId) => {
          rememberRun(this.id, runId);
          this.showAnswer((answer) => ({ ...answer, runId }));
          if (!isJoined) announceChange(this.id);
        },
        onEvents: (events) => {
          noteEvents(events, this.isFirstEvent);
          this.isFirstEvent = false;
          this.showAnswer((answer) => withEvents(answer, events));
        },
      });
      await this.learnEnding();
    } catch (error) {
      this.showAnswer((answer) => ({ ...answer, status: 'failed', error: wordsOf(error) }));
    } finally {
      this.isSending = false;
      if (this.following === leaving) this.following = null;
      this.show({ connection: null });
      if (!isJoined) announceChange(this.id);
    }
  }

  /** Stopped, interrupted or failed: the stream has one event for all of them. */
  private async learnEnding(): Promise<void> {
    const answer = this.next.messages.at(-1)?.answer;
    if (!answer?.runId || answer.status !== 'failed') return;
    const run = await getRun(answer.runId).catch(() => null);
    if (run?.status === 'cancelled') this.showAnswer((a) => ({ ...a, status: 'stopped', error: null }));
    if (run?.status === 'interrupted') this.showAnswer((a) => ({ ...a, status: 'interrupted' }));
  }

  /** What only this tab knows of an answer, such as its steps, stays when the messages are read again. */
  private keepDetails(stored: ShownMessage[]): void {
    const known = new Map(
      this.next.messages.map((message) => [
        `${message.role} ${message.text || message.answer?.text}`,
        message,
      ]),
    );
    for (const message of stored) {
      const before = known.get(`${message.role} ${message.text || message.answer?.text}`);
      if (before?.answer && message.answer)
        message.answer = {
          ...message.answer,
          ...before.answer,
          status: message.answer.status,
          sources: message.answer.sources,
        };
      if (before?.files) message.files = before.files;
    }
    const last = stored.at(-1);
    if (last?.answer && !last.answer.runId) last.answer = { ...last.answer, runId: rememberedRun(this.id) };
  }

  private showAnswer(change: (answer: Answer) => Answer): void {
    const last = this.next.messages.at(-1);
    if (!last?.answer) return;
    this.show({ messages: [...this.next.messages.slice(0, -1), { ...last, answer: change(last.answer) }] });
  }

  /** All changes of one frame are painted at once. A hidden tab has no frames, and needs none. */
  private show(change: Partial<ConversationState>): void {
    this.next = { ...this.next, ...change };
    const isStreaming = this.next.connection === 'open';
    if (!isStreaming || document.hidden) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.state.set(this.next);
      return;
    }
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.state.set(this.next);
    });
  }
}

function toShown({ id, role, content, created_at, finish_reason, sources }: StoredMessage): ShownMessage {
  const message = { id, role, text: role === 'user' ? content : '', at: new Date(created_at * 1000) };
  if (role === 'user') return message;
  const cut = finish_reason === 'length' || finish_reason === 'content_filter' ? finish_reason : null;
  const status = finish_reason === 'error' ? 'interrupted' : 'complete';
  const known: readonly Source[] = sources ?? [];
  return { ...message, answer: { ...newAnswer(), status, text: content, sources: known, cut } };
}

export function wordsOf(error: unknown): string {
  if (error instanceof HttpError) return error.message;
  if (error instanceof Unreachable || error instanceof TypeError || error instanceof DOMException)
    return 'unreachable';
  return error instanceof Error ? error.message : String(error);
}
