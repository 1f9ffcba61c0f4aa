// WebSocket client of a room: reconnects automatically, and receives the whole room again.

import { ROOT } from '../client/root.js';
import { readSession, renewSession } from '../client/session.js';
import { Signal } from '../client/signal.js';

export interface RoomMessage {
  id: string;
  role: 'user' | 'assistant';
  content: string;
  author_name: string | null;
  created_at: string;
}

export interface RoomState {
  connection: 'connecting' | 'open' | 'lost' | 'refused';
  messages: readonly RoomMessage[];
  problem: string | null;
}

type Frame =
  | { type: 'session.sync'; session: { messages: RoomMessage[] } }
  | { type: 'message.created'; message: RoomMessage }
  | { type: 'session.cleared' }
  | { type: 'error'; detail: string };

const LONGEST_WAIT_MS = 10_000;
const POLICY_VIOLATION = 1008;

export class RoomSocket {
  readonly state = new Signal<RoomState>({ connection: 'connecting', messages: [], problem: null });
  private socket: WebSocket | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isLeft = false;

  constructor(
    readonly name: string,
    private readonly needsToken: boolean,
  ) {
    void this.connect();
    globalThis.addEventListener('online', this.reconnect);
  }

  /** @returns false when disconnected: the message is not queued for later */
  send(content: string, author: string): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ role: 'user', content, ...(author && { author_name: author }) }));
    return true;
  }

  leave(): void {
    this.isLeft = true;
    clearTimeout(this.timer);
    globalThis.removeEventListener('online', this.reconnect);
    this.socket?.close(1000);
  }

  private reconnect = () => {
    if (this.socket || this.isLeft) return;
    clearTimeout(this.timer);
    void this.connect();
  };

  private async connect(): Promise<void> {
    const url = new URL(`v1/chat/sessions/${encodeURIComponent(this.name)}/ws`, ROOT);
    url.protocol = url.protocol.replace('http', 'ws');
    if (this.needsToken) {
      await renewSession().catch(() => false);
      url.searchParams.set('token', readSession()?.accessToken ?? '');
    }
    if (this.isLeft) return;
    const socket = (this.socket = new WebSocket(url));
    socket.addEventListener('message', ({ data }: MessageEvent<string>) =>
      this.take(JSON.parse(data) as Frame),
    );
    socket.addEventListener('close', ({ code }) => this.lose(code));
  }

  private take(frame: Frame): void {
    const { messages } = this.state.get();
    switch (frame.type) {
      case 'session.sync':
        this.failures = 0;
        return this.show({ connection: 'open', messages: frame.session.messages, problem: null });
      case 'message.created':
        if (messages.some(({ id }) => id === frame.message.id)) return;
        return this.show({ messages: [...messages, frame.message], problem: null });
      case 'session.cleared':
        return this.show({ messages: [] });
      case 'error':
        return this.show({ problem: frame.detail });
    }
  }

  private lose(code: number): void {
    this.socket = null;
    if (this.isLeft) return;
    if (code === POLICY_VIOLATION) return this.show({ connection: 'refused' });
    this.show({ connection: 'lost' });
    this.timer = setTimeout(this.reconnect, Math.min(LONGEST_WAIT_MS, 300 * 2 ** this.failures));
    this.failures += 1;
  }

  private show(change: Partial<RoomState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
