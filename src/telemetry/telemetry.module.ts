import { Global, Module } from '@nestjs/common';
import { Gauges } from './gauges.js';

/** Metrics, for every module. */
@Global()
@Module({ providers: [Gauges], exports: [Gauges] })
export class TelemetryModule {}
