import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { streamLoad } from '../common/sse.js';
import { Gauges } from '../telemetry/gauges.js';
import { Readiness } from './readiness.js';

/** Metrics of this process and of the servers that it needs. */
@Injectable()
export class HealthMetrics {
  constructor(gauges: Gauges, readiness: Readiness, source: DataSource) {
    const pool = (source.driver as PostgresDriver).master as Pool;
    gauges.add({
      name: 'parley_up',
      help: 'Availability of a dependency: 1 or 0',
      label: 'server',
      aggregation: 'min',
      read: async () =>
        Object.fromEntries(
          Object.entries(await readiness.checks()).map(([name, isUp]) => [name, Number(isUp)]),
        ),
    });
    gauges.add({
      name: 'parley_database_connections',
      help: 'Connections to PostgreSQL, and requests waiting for one',
      label: 'state',
      read: async () => {
        // What other metrics ask of the database at the same moment has been given its connections by then.
        await nextTurn();
        const { totalCount, idleCount: idle, waitingCount: waiting } = pool;
        return { active: totalCount - idle, idle, waiting };
      },
    });
    gauges.add({
      name: 'parley_open_streams',
      help: 'Open event streams',
      read: () => streamLoad().open,
    });
    gauges.add({
      name: 'parley_stream_buffered_bytes',
      help: 'Bytes buffered for slow clients of event streams',
      read: () => streamLoad().bufferedBytes,
    });
  }
}
