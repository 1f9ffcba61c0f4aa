import { Injectable } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { LogRedis } from '../adapters/redis/log-redis.js';
import { ParleyError } from '../common/errors.js';
import { Config } from '../config/config.js';
import { roomScripts, type RoomCommands } from './room-scripts.js';

/** An entry of a room's log: a message as JSON text, or `null` where the room was cleared. */
export interface RoomEntry {
  /** Grows from entry to entry. */
  id: string;
  message: string | null;
}

/** A client's id of a message, and a hash that distinguishes it from another message. */
export interface RoomClaim {
  clientId: string;
  fingerprint: string;
}

/** An entry as it is announced to all processes. */
export interface RoomUpdate extends RoomEntry {
  room: string;
  /** Id of the entry before; who has not seen that one has missed something. */
  previous: string;
}

/** The id before any entry. */
export const START = '0-0';
/** Messages a room keeps; the oldest go first. */
const MAX_MESSAGES = 20_000;
const MAX_ROOMS = 10_000;
/** How long a message may be repeated under its id. */
const SENT_SECONDS = 24 * 60 * 60;
/** Entries read at once. */
const PAGE = 250;
const PREFIX = 'parley:room:';
/** Patterns of all keys of rooms. */
export const ROOM_KEYS = ['parley:room:*', 'parley:rooms:*'];
const CHANNEL = 'parley:rooms';
const NO_CLAIM: RoomClaim = { clientId: '', fingerprint: '' };

/** The message logs of rooms in Redis. Rooms are named by keys that `roomKey` makes. */
@Injectable()
export class RoomStore {
  private readonly redis: (Redis | Cluster) & RoomCommands;
  private readonly ttl: number;
  private readonly channel: string;

  constructor(
    private readonly logs: LogRedis,
    { env }: Config,
  ) {
    const { client } = logs;
    for (const [name, script] of Object.entries(roomScripts)) client.defineCommand(name, script);
    this.redis = client as Redis & RoomCommands;
    this.ttl = env.CHAT_SESSION_TTL_SECONDS;
    this.channel = logs.channel(CHANNEL);
  }

  /**
   * Costs the same in a long room as in an empty one. A message that is repeated under its id is not stored again.
   * @param message JSON text
   * @throws ParleyError `idempotency-key-reused` for another message under the same id
   */
  async append(
    room: string,
    message: string,
    { clientId, fingerprint }: RoomClaim = NO_CLAIM,
  ): Promise<void> {
    const { log, index } = keysOf(room);
    const claim = [`${log}:sent:${clientId}`, fingerprint, SENT_SECONDS] as const;
    // Entered before it has a message: a room that was not entered would not be listed, an empty one is left out.
    const entered = this.redis.roomEnter(index, this.ttl, room);
    const appended = this.redis.roomAppend(
      log,
      ...claim,
      message,
      this.ttl,
      MAX_MESSAGES,
      room,
      this.channel,
    );
    const [outcome] = await Promise.all([guarded(appended), entered.catch(() => undefined)]);
    if (outcome === 'reused')
      throw new ParleyError(
        'conflict',
        'idempotency-key-reused',
        'This client_message_id was used with another message',
      );
  }

  clear(room: string): Promise<string> {
    return guarded(this.redis.roomClear(keysOf(room).log, this.ttl, room, this.channel));
  }

  /** The whole log. It is read in pages: no command on a long room takes long, for others either. */
  async read(room: string): Promise<RoomEntry[]> {
    const { log } = keysOf(room);
    const entries: RoomEntry[] = [];
    for (let from = '-'; ; from = `(${entries.at(-1)!.id}`) {
      const page = await guarded(this.redis.xrange(log, from, '+', 'COUNT', PAGE));
      for (const [id, [field, value]] of page)
        entries.push({ id, message: field === 'm' ? (value ?? null) : null });
      if (page.length < PAGE) return entries;
    }
  }

  /** The rooms of a namespace that hold messages. */
  async list(namespace: string): Promise<{ room: string; messages: number }[]> {
    const { index } = keysOf(`${namespace}:`);
    const rooms = await guarded(this.redis.roomNames(index, MAX_ROOMS));
    const counts = await guarded(Promise.all(rooms.map((room) => this.redis.roomCount(keysOf(room).log))));
    return rooms.map((room, i) => ({ room, messages: counts[i]! })).filter(({ messages }) => messages > 0);
  }

  /**
   * Hears of every entry of every room, from a connection of its own.
   * @param onUpdate called in order; nothing comes while the connection is broken
   * @param onBack called when the connection is there again and something may have been missed
   */
  follow(onUpdate: (update: RoomUpdate) => void, onBack: () => void): () => void {
    return this.logs.subscribe(CHANNEL, (text) => onUpdate(parseUpdate(text)), onBack);
  }
}

/** @param namespace whose rooms these are; without colon or blank */
export const roomKey = (namespace: string, sessionId: string) =>
  `${namespace}:${encodeURIComponent(sessionId)}`;
export const sessionIdOf = (room: string) => decodeURIComponent(room.slice(room.indexOf(':') + 1));

function keysOf(room: string) {
  // A hash tag, so that a cluster has the log and what belongs to it in one slot.
  return { log: `${PREFIX}{${room}}`, index: `parley:rooms:${room.slice(0, room.indexOf(':'))}` };
}

function parseUpdate(text: string): RoomUpdate {
  const [room = '', previous = START, id = START] = text.split(' ', 3);
  const message = text.slice(room.length + previous.length + id.length + 3);
  return { room, previous, id, message: message || null };
}

async function guarded<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new ParleyError(
      'unavailable',
      'room-storage-unavailable',
      'Chat storage backend is unavailable. Please try again later.',
      { cause, retryAfter: 1 },
    );
  }
}
