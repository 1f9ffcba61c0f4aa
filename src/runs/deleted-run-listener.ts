import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeletedRuns } from '../sessions/deleted-runs.js';
import { LOST } from './run-endings.js';
import { RunFollower } from './run-follower.js';
import { RunLog } from './run-log.js';
import { RunProducer } from './run-producer.js';

/** Delay before the log of a deleted run is removed; pending writes to it have arrived by then. */
const SETTLED_MS = 5_000;

/** Ends runs whose conversation was deleted: the model call, the streams that show them, and their logs. */
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
    // Watchers in the producing process are moved to the stored run, so they are ended after that.
    for (const runId of runIds)
      void this.producer.end(runId, LOST).then(() => this.follower.endDeleted([runId]));
    this.follower.endDeleted(runIds);
    // A log that cannot be removed expires ten minutes after its last event.
    setTimeout(() => void this.log.remove(runIds).catch(() => undefined), SETTLED_MS).unref();
  }
}
