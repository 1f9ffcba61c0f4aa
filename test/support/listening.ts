import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { scaled } from './time-factor.mjs';

/** Waits until a server accepts connections on a port of the loopback address. */
export async function untilListening(port: number, server: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + scaled(20_000); Date.now() < deadline;) {
    if (server.exitCode !== null) break;
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  server.kill('SIGKILL');
  throw new Error(`${server.spawnfile} does not listen on port ${port}`);
}
