import { Global, Module } from '@nestjs/common';
import { Logger } from './logger.js';

/** Logs, for every module. */
@Global()
@Module({ providers: [Logger], exports: [Logger] })
export class LoggerModule {}
