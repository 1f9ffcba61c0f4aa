import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Lease } from '../database/repositories/runs.repository.js';

/** Under which name this process holds runs, and how long each may go without a heartbeat before it is orphaned. */
@Injectable()
export class ProcessLease implements Lease {
  readonly producer = uuidv7();
  readonly seconds = 10;
}
