import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { WorkerConnection } from '../ingestion/worker-connection.js';
import { RunsModule } from '../runs/runs.module.js';
import { ScheduleRunner } from './schedule-runner.js';
import { ScheduleWorker } from './schedule-worker.js';
import { SchedulesController } from './schedules.controller.js';
import { SchedulesService } from './schedules.service.js';

/** Schedules and their runs, which begin in API processes. The Redis connection of the worker is its own. */
@Module({
  imports: [AgentsModule, RunsModule],
  controllers: [SchedulesController],
  providers: [SchedulesService, ScheduleRunner, ScheduleWorker, WorkerConnection],
})
export class SchedulesModule {}
