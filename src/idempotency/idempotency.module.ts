import { Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';

/** Requests that may be repeated without harm. */
@Module({ providers: [Idempotency], exports: [Idempotency] })
export class IdempotencyModule {}
