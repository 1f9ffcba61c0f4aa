import { Injectable } from '@nestjs/common';
import {
  RunningRowsRepository,
  type StoredRunningRow,
} from '../database/repositories/running-rows.repository.js';

/** Rows that are shown of one table. */
const MAX_ROWS = 10_000;

/** The running tables of conversations: what was uploaded to them, and what agents made in them. */
@Injectable()
export class RunningTable {
  constructor(private readonly rows: RunningRowsRepository) {}

  /** In order; none when there is no such conversation. @param clientId the conversation's id as clients know it */
  list(ownerId: string, clientId: string): Promise<StoredRunningRow[]> {
    return this.rows.list(ownerId, clientId, MAX_ROWS);
  }
}
