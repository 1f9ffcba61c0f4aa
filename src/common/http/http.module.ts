import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { BodyGuard } from './body.guard.js';
import { ErrorFilter } from './error.filter.js';
import { ValidationPipe } from './validation.pipe.js';

/** Global HTTP pipeline: body guard, validation pipe and error filter. */
@Module({
  providers: [
    { provide: APP_GUARD, useClass: BodyGuard },
    { provide: APP_PIPE, useClass: ValidationPipe },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
export class HttpModule {}
