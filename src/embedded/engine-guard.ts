import { spawn } from 'node:child_process';

/*
 * Waits for a line or for the end of its standard input, whose other end only the supervisor holds. The end without a
 * line means that the supervisor was killed: the guard stops the engine instead.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
read -r line && exit 0
kill -"$1" "$2" 2>/dev/null
sleep 1
kill -KILL "$2" 2>/dev/null`;

/**
 * Ends an engine within about a second of the death of this process, even by `kill -9`. A shell of about 1 MB does it,
 * since nothing that all systems have ties a process to its parent.
 * @param signal stops the engine at once, in a way from which it recovers
 * @returns ends the guard; to be called when the engine has ended, before its pid can be another program's
 */
export function guardEngine(pid: number, signal: 'QUIT' | 'TERM'): () => void {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'parley-guard', signal, String(pid)], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined); // without a shell the next start ends what was left behind
  guard.stdin.on('error', () => undefined);
  return () => guard.stdin.end('ended\n');
}
