import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Git failed, or the remote did. The message is git's own, without credentials. */
export class GitError extends Error {}

export interface GitOptions {
  /** Folder of the bare repository. */
  dir: string;
  /** URL of `origin`; may contain credentials. */
  remote: string;
  /** Allowed protocols of `origin`, as in `https:ssh`. */
  protocols: string;
}

/** Maximum buffered output in bytes. */
const MAX_OUTPUT = 32 * 1024 * 1024;
/** Maximum bytes of stderr kept for the log, from its end. */
const MAX_STDERR = 4_096;
const PROGRAMS = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

/**
 * Git commands on one bare repository, sandboxed: neither the remote nor the repository's content can run programs,
 * read files or prompt. No other configuration, no hooks, and no work tree, so that symlinks, submodules and
 * filters have no effect.
 */
export class Git {
  private readonly env: NodeJS.ProcessEnv;

  constructor({ dir, remote, protocols }: GitOptions) {
    this.env = {
      PATH: PROGRAMS,
      LC_ALL: 'C',
      HOME: dir,
      GIT_DIR: dir,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: protocols,
      GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15',
      // In the environment, as arguments are readable by every user of the machine.
      ...asEnvironment({
        'remote.origin.url': remote,
        'core.hooksPath': '/dev/null',
        'http.followRedirects': 'false',
        'http.lowSpeedLimit': '1000',
        'http.lowSpeedTime': '20',
        'submodule.recurse': 'false',
        'fetch.recurseSubmodules': 'false',
        // Everything is received as one pack, whose size can be monitored; large files in it are streamed, not
        // buffered.
        'fetch.unpackLimit': '1',
        'core.bigFileThreshold': '1m',
        'gc.auto': '0',
        'maintenance.auto': 'false',
      }),
    };
  }

  /**
   * Runs a command to its end.
   * @param args constants first, then `--end-of-options`, then untrusted values
   * @returns its output
   * @throws GitError, or the signal's reason
   */
  async run(args: readonly string[], signal: AbortSignal): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.stream(args, '', signal)) {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT) throw new GitError(`git ${args[0]} says more than ${MAX_OUTPUT} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /**
   * Runs a command and streams its output; leaving the loop early terminates it.
   * @throws GitError, or the signal's reason
   */
  async *stream(args: readonly string[], input: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    signal.throwIfAborted();
    // A separate process group, so that git's helper processes end with it.
    const child = spawn('git', args, { env: this.env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = outcomeOf(child, args);
    const end = () => endGroup(child);
    signal.addEventListener('abort', end);
    child.stdin.on('error', () => {}).end(input);
    try {
      yield* child.stdout;
      await ended;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
      end();
      await ended.catch(() => {});
    }
  }
}

type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Settles at the exit of the process. */
function outcomeOf(child: GitProcess, args: readonly string[]): Promise<void> {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR);
  });
  const outcome = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new GitError(`git cannot be run: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new GitError(`git ${args[0]}: ${withoutCredentials(stderr).trim() || `code ${code}`}`));
    });
  });
  // It may reject before it is awaited.
  outcome.catch(() => {});
  return outcome;
}

function endGroup(child: GitProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It had ended before.
  }
}

const withoutCredentials = (text: string) => text.replace(/(\/\/)[^/\s'"]*@/g, '$1');

function asEnvironment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const entries = Object.entries(settings);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, key],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ]);
}
