import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { QueueWorkersModule } from '../ingestion/queues/queue-workers.module.js';
import { registerQueue } from '../ingestion/queues/shared-queue.js';
import { RunsModule } from '../runs/runs.module.js';
import { ScheduleRunner } from './schedule-runner.js';
import { ScheduleProcessor, SCHEDULES } from './schedule.processor.js';
import { SchedulesController } from './schedules.controller.js';
import { SchedulesService } from './schedules.service.js';

/** Schedules and their runs, which begin in API processes. */
@Module({
  imports: [AgentsModule, RunsModule, QueueWorkersModule, registerQueue(SCHEDULES)],
  controllers: [SchedulesController],
  providers: [SchedulesService, ScheduleRunner, ScheduleProcessor],
})
export class SchedulesModule {}
