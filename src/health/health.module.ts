import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { IndexController } from './index.controller.js';
import { ModelCheck } from '../adapters/openai/model-check.js';
import { Readiness } from './readiness.js';

@Module({
  controllers: [HealthController, IndexController],
  providers: [ModelCheck, Readiness],
  exports: [ModelCheck, Readiness],
})
export class HealthModule {}
