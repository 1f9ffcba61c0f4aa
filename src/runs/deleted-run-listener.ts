import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeletedRuns } from '../sessions/deleted-runs.js';
import { LOST } from './run-endings.js';
import { RunFollower } from './run-follower.js';
import { RunLog } from './run-log.js';
import { RunProducer } from './run-producer.js';

/** What was on its way to the log of a run when it was deleted has arrived by then. */
const SETTLED_MS = 5_000;

/** Ends runs whose conversation was deleted: the call of the model, the streams that show them, and their logs. */
@Injectable()
export class DeletedRunListener implements OnApplicationBootstrap {
  constructor(
    private readonly deleted: DeletedRuns,
    private readonly producer: RunProducer,
    private readonly follower: RunFollower,
    private readonly log: RunLog,
  ) {}

  onApplicationBootstrap(): void {
    this.deleted.listen((runIds) => this.end(runIds));
  }

  private end(runIds: string[]): void {
    // Those who watched a run in the process that produced it watch what is stored from then on.
    for (const runId of runIds)
      void this.producer.end(runId, LOST).then(() => this.follower.endDeleted([runId]));
    this.follower.endDeleted(runIds);
    // A log that is left for some reason expires ten minutes after its last event.
    setTimeout(() => void this.log.remove(runIds).catch(() => undefined), SETTLED_MS).unref();
  }
}
