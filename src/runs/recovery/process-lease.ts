import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Lease } from '../../database/repositories/runs/runs.repository.js';

/** For what lies between a look at the clock and the last byte that a client is sent. */
const MARGIN_MS = 500;

/** Under which name this process holds runs, and how long each may go without a heartbeat before it is orphaned. */
@Injectable()
export class ProcessLease implements Lease {
  readonly producer = uuidv7();
  readonly seconds = 10;

  /**
   * Until when a run is surely this process's own, on the clock of `performance.now()`.
   * @param since when the statement that began or renewed it was sent
   */
  sureUntil(since: number): number {
    return since + this.seconds * 1_000 - MARGIN_MS;
  }
}
