import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Lease } from '../../database/repositories/runs/runs.repository.js';

/** Safety margin for the time between a lease check and the last byte written to a client. */
const MARGIN_MS = 500;

/**
 * The lease under which this process owns runs: its producer id, and the seconds without a heartbeat after which a
 * run is orphaned.
 */
@Injectable()
export class ProcessLease implements Lease {
  readonly producer = uuidv7();
  readonly seconds = 10;

  /**
   * Time until which this process certainly owns a run, by `performance.now()`.
   * @param since when the statement that began or renewed the lease was sent
   */
  validUntil(since: number): number {
    return since + this.seconds * 1_000 - MARGIN_MS;
  }
}
