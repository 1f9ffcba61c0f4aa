import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtFile } from '../common/built-file.js';
import { EmbeddedError } from './embedded-error.js';
import { isAlive } from './engine.js';
import { logFile } from './engine-log.js';
import type { SupervisorReport, SupervisorTask } from './supervisor.js';

/**
 * Deadline in ms of a first start on a slow disk; the supervisor's own deadlines are shorter and give the reason.
 */
const START_MS = 200_000;
const STOP_MS = 10_000;

type Ready = Extract<SupervisorReport, { kind: 'ready' }>;

/** Unexpected exit of a supervisor. */
export interface SupervisorEnd {
  error: EmbeddedError;
  /** Whether it gave up; otherwise it was killed, and can be replaced. */
  isFinal: boolean;
}

/** The API's handle of the supervisor: a process that reports, and that is stopped by closing its channel. */
export class SupervisorProcess {
  /** Settles, never rejects, when it ends without `stop`. */
  readonly ended: Promise<SupervisorEnd>;
  private readonly reported: Promise<Ready>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
    onRestart: (sentence: string) => void,
  ) {
    this.reported = new Promise((resolve) => {
      child.on('message', (report: SupervisorReport) => {
        if (report.kind === 'ready') resolve(report);
        if (report.kind === 'restarting') onRestart(report.message);
      });
    });
    this.ended = this.watchEnd();
  }

  /**
   * @param onRestart called with a sentence for each engine that ended and is started again
   * @throws EmbeddedError
   */
  static fork(task: SupervisorTask, onRestart: (sentence: string) => void): SupervisorProcess {
    const script = builtFile('./supervisor.js', import.meta.url);
    const log = openLog(task.dataDir);
    try {
      // A separate session: neither Ctrl-C nor the end of the terminal stops the engines before the API has
      // drained, and a kill of the API's process group leaves the supervisor to clean up.
      const child = fork(script, [], {
        detached: true,
        execArgv: ['--no-warnings'],
        stdio: ['ignore', log, log, 'ipc'],
      });
      // Sent over IPC: a command line is readable by everyone, and the task may contain passwords. A supervisor
      // that has exited is reported by `ended`.
      child.send(task, () => undefined);
      return new SupervisorProcess(child, task.dataDir, onRestart);
    } finally {
      closeSync(log);
    }
  }

  /**
   * Waits until the engines serve; afterwards the supervisor does not keep this process alive.
   * @throws EmbeddedError with one sentence for users
   */
  async ready(): Promise<Ready> {
    const tooLate = new EmbeddedError(
      `The embedded engines of DATA_DIR ${this.dataDir} did not start within ${START_MS / 1000} s.`,
    );
    const failed = this.ended.then(({ error }) => error);
    const report = await Promise.race([this.reported, failed, sleep(START_MS, tooLate, { ref: false })]);
    if (report instanceof EmbeddedError) {
      await this.stop();
      throw report;
    }
    this.child.unref();
    this.child.channel?.unref();
    return report;
  }

  /** Stops the engines, within 10 s. */
  async stop(): Promise<void> {
    if (!isAlive(this.child)) return;
    this.child.ref();
    const exited = once(this.child, 'exit');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    if (this.child.connected) this.child.disconnect();
    await exited;
    clearTimeout(late);
  }

  private watchEnd(): Promise<SupervisorEnd> {
    const engines = `The embedded engines of DATA_DIR ${this.dataDir}`;
    return new Promise((resolve) => {
      const end = (isFinal: boolean, sentence: string) =>
        resolve({ isFinal, error: new EmbeddedError(sentence) });
      this.child.on('message', (report: SupervisorReport) => {
        if (report.kind === 'failed') end(true, report.message);
      });
      this.child.once('exit', (code, signal) => {
        if (code === 0) return; // it was stopped
        const how = signal ? `killed by ${signal}` : `code ${code}`;
        end(false, `${engines} ended (their supervisor: ${how}); see ${logFile(this.dataDir)}.`);
      });
      this.child.once('error', (error) => end(true, `${engines} could not be started (${error.message}).`));
    });
  }
}

/** Opened to append: a start that is refused must not empty the log of the Parley that is running. */
function openLog(dataDir: string): number {
  try {
    mkdirSync(dataDir, { recursive: true });
    return openSync(logFile(dataDir), 'a', 0o600);
  } catch (error) {
    throw new EmbeddedError(
      `DATA_DIR ${dataDir} cannot be written to (${(error as Error).message}): set another one.`,
    );
  }
}
