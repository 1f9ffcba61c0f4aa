import { createHash, randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { offsetTime } from '../common/text.js';
import { LiveRoom, messagesIn, type RoomWatcher } from './live-room.js';
import { roomKey, RoomStore, sessionIdOf } from './room-store.js';

export interface NewRoomMessage {
  role: 'user' | 'assistant';
  content: string;
  author_name?: string | null;
  /** Makes a repetition count once for a day. */
  client_message_id?: string;
}

/** Shared message logs without an owner, on every replica at once. Messages are handed out as JSON text. */
@Injectable()
export class RoomsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly live = new Map<string, LiveRoom>();
  private unfollow = () => {};

  constructor(private readonly store: RoomStore) {}

  onApplicationBootstrap(): void {
    this.unfollow = this.store.follow(
      (update) => this.live.get(update.room)?.receive(update),
      () => this.live.forEach((room) => room.refresh()),
    );
  }

  onApplicationShutdown(): void {
    this.unfollow();
  }

  /** Rooms with messages, sorted by id. */
  async list(namespace: string): Promise<{ session_id: string; message_count: number }[]> {
    const rooms = await this.store.list(namespace);
    return rooms
      .map(({ room, messages }) => ({ session_id: sessionIdOf(room), message_count: messages }))
      .sort((a, b) => (a.session_id < b.session_id ? -1 : 1));
  }

  /** Stores a message and announces it to every socket of the room. @throws ParleyError `idempotency-key-reused` */
  async append(namespace: string, sessionId: string, message: NewRoomMessage): Promise<void> {
    const { role, content, author_name = null, client_message_id } = message;
    const created_at = offsetTime(new Date());
    const stored = { id: randomUUID(), role, content, author_name, created_at, client_message_id };
    const claim =
      client_message_id === undefined
        ? undefined
        : { clientId: client_message_id, fingerprint: hash(JSON.stringify([role, content, author_name])) };
    await this.store.append(roomKey(namespace, sessionId), JSON.stringify(stored), claim);
  }

  /** All messages, oldest first; none for a room that does not exist. */
  async read(namespace: string, sessionId: string): Promise<string[]> {
    return messagesIn(await this.store.read(roomKey(namespace, sessionId)));
  }

  /** Forgets all messages and announces that. */
  async clear(namespace: string, sessionId: string): Promise<void> {
    await this.store.clear(roomKey(namespace, sessionId));
  }

  /** @returns a function that stops following */
  watch(namespace: string, sessionId: string, watcher: RoomWatcher): () => void {
    const key = roomKey(namespace, sessionId);
    let room = this.live.get(key);
    if (!room) this.live.set(key, (room = new LiveRoom(key, this.store)));
    room.join(watcher);
    return () => {
      room.leave(watcher);
      if (room.isEmpty && this.live.get(key) === room) this.live.delete(key);
    };
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest('base64');
