import { spawn } from 'node:child_process';

/*
 * Waits for a line or for the end of its standard input, whose other end only the supervisor holds. The end without
 * a line means that the supervisor was killed: the guard then stops the engine.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
read -r line && exit 0
kill -"$1" "$2" 2>/dev/null
sleep 1
kill -KILL "$2" 2>/dev/null`;

/**
 * Stops an engine within about a second after the death of this process, even by `kill -9`. Implemented by a shell
 * of about 1 MB, as no portable mechanism ties a process to its parent.
 * @param signal for an immediate stop from which the engine recovers
 * @returns a function that ends the guard; to be called after the engine's exit, before its pid can be reused
 */
export function guardEngine(pid: number, signal: 'QUIT' | 'TERM'): () => void {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'parley-guard', signal, String(pid)], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined); // without a shell the next start ends leftover engines
  guard.stdin.on('error', () => undefined);
  return () => guard.stdin.end('ended\n');
}
