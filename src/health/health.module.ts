import { Module } from '@nestjs/common';
import { HealthMetrics } from './health-metrics.js';
import { HealthController } from './health.controller.js';
import { IndexController } from './index.controller.js';
import { ModelCheck } from '../adapters/openai/model-check.js';
import { Readiness } from './readiness.js';

@Module({
  controllers: [HealthController, IndexController],
  providers: [ModelCheck, Readiness, HealthMetrics],
  exports: [ModelCheck, Readiness],
})
export class HealthModule {}
