import { Module } from '@nestjs/common';
import { WorkerConnection } from './worker-connection.js';

@Module({ providers: [WorkerConnection], exports: [WorkerConnection] })
export class WorkerConnectionModule {}
