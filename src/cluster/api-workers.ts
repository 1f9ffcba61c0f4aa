import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessRequests } from './process-requests.js';
import { SettingError } from '../config/env.js';
import { Restarts } from '../embedded/restarts.js';
import type { MeasuredProcess } from './cluster-metrics.js';
import { closeHandedConnections } from './handed-connections.js';
import type { PrimaryAnswers, WorkerAnswers, WorkerTask } from './worker-protocol.js';

/** Between two starts of a worker that has ended five times within a minute. */
const LONG_PAUSE_MS = 15_000;
/** A worker that does not leave within its own deadlines is ended. */
const LEAVE_MS = 25_000;

export interface ApiWorkersOptions extends Pick<PrimaryAnswers, 'embed' | 'metrics'> {
  /** The program of a worker. */
  file: string;
  count: number;
  task: Omit<WorkerTask, 'isFirst'>;
  /** Called with the address once the first worker listens. */
  onListening(address: string): void;
  onStart(worker: MeasuredProcess): void;
  onEnd(worker: MeasuredProcess): void;
  /** Called with a sentence when a worker ended by itself and another one takes its place. */
  onRestart(sentence: string): void;
}

/** One of the API processes that share a port. */
interface ApiWorker extends MeasuredProcess {
  handle: Worker;
  requests: ProcessRequests<WorkerAnswers>;
  exited: Promise<void>;
  listens: boolean;
}

/**
 * API processes on one port: the first one starts alone, and the others when it listens. One that ends by itself is
 * replaced, after a pause that grows.
 */
export class ApiWorkers {
  private readonly running = new Set<ApiWorker>();
  private isLeaving = false;
  private hasListened = false;
  private settle!: { listens(): void; fails(error: SettingError): void };
  /** Settles when the first worker listens. @throws SettingError when it cannot */
  readonly listening = new Promise<void>((listens, fails) => {
    this.settle = { listens, fails };
  });

  constructor(private readonly options: ApiWorkersOptions) {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    // Vectors are sent as they are in memory.
    cluster.setupPrimary({ exec: options.file, serialization: 'advanced' });
    void this.keepOne();
  }

  /** Those that listen. */
  get count(): number {
    return [...this.running].filter(({ listens }) => listens).length;
  }

  /** Lets all workers end in order; none is replaced any more. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    await Promise.all([...this.running].map(end));
  }

  /** Keeps one process running until all leave. */
  private async keepOne(): Promise<void> {
    const restarts = new Restarts();
    while (!this.isLeaving) {
      const { handle, exited } = this.start();
      await exited;
      if (this.isLeaving) return;
      const { pid, exitCode, signalCode } = handle.process;
      const how = signalCode ?? `code ${exitCode}`;
      if (!this.hasListened) return this.settle.fails(new SettingError(`No API worker could start (${how})`));
      this.options.onRestart(`API worker ${pid} ended (${how}): another one is started.`);
      await sleep(restarts.next(performance.now()) ?? LONG_PAUSE_MS, undefined, { ref: false });
    }
  }

  private start(): ApiWorker {
    const handle = cluster.fork();
    closeHandedConnections(handle);
    const worker: ApiWorker = {
      handle,
      requests: new ProcessRequests<WorkerAnswers>(
        {
          send: (message, callback) => handle.send(message, callback),
          on: (event, listener) => handle.on(event, listener),
        },
        this.answersTo(() => worker),
      ),
      exited: new Promise((resolve) => {
        handle.once('exit', () => {
          this.forget(worker);
          resolve();
        });
      }),
      listens: false,
      metrics: () => worker.requests.ask('metrics'),
    };
    // A signal or message that could not be sent: the exit says more.
    handle.on('error', () => undefined);
    this.running.add(worker);
    this.options.onStart(worker);
    return worker;
  }

  private forget(worker: ApiWorker): void {
    this.running.delete(worker);
    worker.requests.close();
    this.options.onEnd(worker);
  }

  private answersTo(worker: () => ApiWorker): PrimaryAnswers {
    const { options } = this;
    return {
      task: async () => {
        // Messages to a process that does not listen for them yet are lost.
        if (this.isLeaving) askToLeave(worker());
        return { ...options.task, isFirst: !this.hasListened };
      },
      embed: (texts) => options.embed(texts),
      metrics: () => options.metrics(),
      refused: async (message) => {
        if (this.hasListened) options.onRestart(message);
        else this.settle.fails(new SettingError(message));
      },
      listening: async (address) => {
        worker().listens = true;
        if (this.hasListened) return false;
        this.hasListened = true;
        options.onListening(address);
        this.settle.listens();
        for (let more = 1; more < options.count; more++) void this.keepOne();
        return true;
      },
    };
  }
}

async function end(worker: ApiWorker): Promise<void> {
  const late = setTimeout(() => worker.handle.process.kill('SIGKILL'), LEAVE_MS);
  askToLeave(worker);
  await worker.exited;
  clearTimeout(late);
}

function askToLeave({ requests }: ApiWorker): void {
  requests.ask('leave').catch(() => undefined); // it has ended already, or ends before it answers
}
