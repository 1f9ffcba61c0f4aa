import { Injectable } from '@nestjs/common';
import {
  RunningRowsRepository,
  type StoredRunningRow,
} from '../database/repositories/running-rows.repository.js';

/** Maximum rows returned of a table. */
const MAX_ROWS = 10_000;

/** The running tables of conversations: uploads and results of agents. */
@Injectable()
export class RunningTable {
  constructor(private readonly rows: RunningRowsRepository) {}

  /** In order; empty when the conversation does not exist. @param clientId client-visible id of the conversation */
  list(ownerId: string, clientId: string): Promise<StoredRunningRow[]> {
    return this.rows.list(ownerId, clientId, MAX_ROWS);
  }
}
