import { Module } from '@nestjs/common';
import { AccountLimits } from './account-limits.js';
import { EventStreamGuard, OptionalEventStreamGuard } from './event-stream.guard.js';
import { FrameLimits } from './frame-limits.js';
import { LeasedSlots } from './leased-slots.js';
import { SocketLimits } from './socket-limits.js';

/** What one account may do at the same time. */
@Module({
  providers: [
    LeasedSlots,
    AccountLimits,
    FrameLimits,
    SocketLimits,
    EventStreamGuard,
    OptionalEventStreamGuard,
  ],
  exports: [AccountLimits, SocketLimits, EventStreamGuard, OptionalEventStreamGuard],
})
export class LimitsModule {}
