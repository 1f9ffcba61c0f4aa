import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.js';
import { Restarts } from './restarts.js';

/** Restarts an engine when it exits. Its address is stable, so clients only see a short outage. */
export class SupervisedEngine {
  private engine?: Engine;
  private starting?: Promise<Engine>;
  private isStopped = false;
  private readonly restarts = new Restarts();

  /**
   * @param begin starts the engine; later calls must use the address of the first
   * @param onRestart called with a sentence at each exit that is followed by a restart
   * @param onFailure called at most once, with the beginning of a sentence, when the restart limit is reached
   */
  constructor(
    private readonly begin: () => Promise<Engine>,
    private readonly onRestart: (sentence: string) => void,
    private readonly onFailure: (how: string) => void,
  ) {}

  /** The first start. @throws the errors of `begin` */
  async start(): Promise<Engine> {
    const engine = await this.beginOnce();
    void this.watch(engine);
    return engine;
  }

  /** Stops the engine, also one that is still starting. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.starting?.catch(() => undefined);
    await this.engine?.stop();
  }

  private async beginOnce(): Promise<Engine> {
    this.starting = this.begin();
    this.engine = await this.starting;
    return this.engine;
  }

  private async watch(first: Engine): Promise<void> {
    let how = await first.exited;
    while (!this.isStopped) {
      const pause = this.restarts.next(performance.now());
      if (pause === undefined) return this.onFailure(`${how}, again and again`);
      this.onRestart(`${how}: it is started again.`);
      await sleep(pause);
      if (this.isStopped) return;
      how = await this.beginOnce().then(
        (engine) => engine.exited,
        (error: Error) => error.message.replace(/[:.;].*$/s, ''),
      );
    }
  }
}
