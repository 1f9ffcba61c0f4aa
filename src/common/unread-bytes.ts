import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** Cache time in ms of the kernel's tables, which list all connections: readers checked together share one read. */
const FRESH_MS = 1_000;

let queues: { at: number; byPorts: Map<string, number> } | undefined;

/** Polls the progress of a connection's reader. */
export class ReaderProgress {
  private wasUnread = false;
  private taken = 0;

  constructor(private readonly socket: Socket) {}

  /** Whether the reader made no progress since the last check, although data was and is pending. */
  isStuck(): boolean {
    const unread = unreadBytes(this.socket);
    const taken = this.socket.bytesWritten - unread;
    const isStuck = unread > 0 && this.wasUnread && taken <= this.taken;
    this.wasUnread = unread > 0;
    this.taken = taken;
    return isStuck;
  }

  /** Continues polling after the last write, until everything is read; disconnects a stuck reader. */
  watchUnread(everyMs: number): void {
    const { socket } = this;
    if (socket.destroyed) return;
    if (!ended.has(socket)) socket.once('close', forget);
    ended.set(socket, this);
    looking ??= setInterval(lookAtEnded, everyMs).unref();
  }

  /** Checks a reader after the end of its stream, and disconnects it if stuck. @returns whether it is done */
  checkEnded(): boolean {
    if (this.isStuck()) this.socket.destroy();
    return !this.wasUnread;
  }
}

/** Readers of ended streams, by connection: they are checked together, which reads the tables once. */
const ended = new Map<Socket, ReaderProgress>();
let looking: NodeJS.Timeout | undefined;

function lookAtEnded(): void {
  for (const [socket, reader] of ended) {
    if (!reader.checkEnded()) continue;
    socket.off('close', forget);
    ended.delete(socket);
  }
  if (ended.size > 0) return;
  clearInterval(looking);
  looking = undefined;
}

function forget(this: Socket): void {
  ended.delete(this);
}

/**
 * Bytes that the kernel buffers for a connection because its peer's buffer is full. Where the kernel does not
 * report it (other systems than Linux), the bytes buffered in this process.
 */
function unreadBytes(socket: Socket): number {
  return socket.writableLength + (kernelQueues().get(`${socket.localPort}:${socket.remotePort}`) ?? 0);
}

function kernelQueues(): ReadonlyMap<string, number> {
  const now = performance.now();
  if (!queues || now - queues.at > FRESH_MS) queues = { at: now, byPorts: parseTables(TABLES.map(read)) };
  return queues.byPorts;
}

/**
 * For each pair of ports the shortest queue: two peers may use the same port, and neither must be disconnected
 * because of the other.
 */
export function parseTables(tables: readonly string[]): Map<string, number> {
  const byPorts = new Map<string, number>();
  const line = /^ *\d+: [\dA-F]+:([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) 01 ([\dA-F]{8}):/gm;
  for (const table of tables)
    for (const [, local = '', remote = '', queue = ''] of table.matchAll(line)) {
      const ports = `${parseInt(local, 16)}:${parseInt(remote, 16)}`;
      const bytes = parseInt(queue, 16);
      byPorts.set(ports, Math.min(bytes, byPorts.get(ports) ?? bytes));
    }
  return byPorts;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // not Linux
  }
}
