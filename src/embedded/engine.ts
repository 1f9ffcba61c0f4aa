import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { endProcesses, type SignalSequence } from './processes.js';

/** A running server. */
export interface Engine {
  /** URL for its clients, including the password. */
  url: string;
  /** One short line for the start-up banner. */
  summary: string;
  /**
   * Resolves with the reason (the beginning of a sentence) when it exits by itself, or, as a child process, is
   * stopped.
   */
  exited: Promise<string>;
  stop(): Promise<void>;
}

/** A free port of 127.0.0.1. Another program may take it before the server does: then retry with a new one. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the child has exited or failed to start. */
export function exitOf(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(`${name} ended by itself (${signal ?? `code ${code}`})`));
    child.once('error', (error) => resolve(`${name} could not be run (${error.message})`));
  });
}

/** Whether the child is running. */
export function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Ends a child by escalating signals; returns as soon as it has exited. */
export async function endChild(child: ChildProcess, signals: SignalSequence): Promise<void> {
  await endProcesses(() => (isAlive(child) ? [child.pid!] : []), signals);
}
