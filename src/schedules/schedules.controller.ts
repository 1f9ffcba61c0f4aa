// `/schedules/`: messages that are sent for the caller at the times of a cron expression.

import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { RequireScope } from '../auth/access.js';
import { Audited } from '../auth/audit/audited.decorator.js';
import { CurrentUser, type Principal } from '../auth/principal.js';
import { ApiAnswer, ApiErrors } from '../common/openapi.js';
import {
  newScheduleSchema,
  scheduleChangesSchema,
  scheduleSchema,
  schedulesPageSchema,
  schedulesSchema,
  toChanges,
  toFields,
  toSchedule,
} from './schemas.js';
import { MAX_SCHEDULES, SchedulesService } from './schedules.service.js';

@ApiTags('Schedules')
@RequireScope('chat')
@Controller('schedules')
export class SchedulesController {
  constructor(private readonly schedules: SchedulesService) {}

  @Get()
  @ApiOperation({ summary: "List the caller's schedules, newest first" })
  @ApiAnswer(200, schedulesSchema)
  @ApiErrors(422)
  async listSchedules(
    @CurrentUser() { id: ownerId }: Principal,
    @Query({ schema: schedulesPageSchema }) page: z.output<typeof schedulesPageSchema>,
  ) {
    const { items, next } = await this.schedules.list(ownerId, page);
    return { items: items.map(toSchedule), next };
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Create a schedule',
    description:
      `At most ${MAX_SCHEDULES}. At each time of \`cron\` the message is sent to the agent, in a conversation of ` +
      'the schedule; while the previous answer is in progress, the time is skipped. Missed times are run once.',
  })
  @ApiAnswer(201, scheduleSchema)
  @ApiErrors(409, 422)
  async createSchedule(
    @CurrentUser() { id: ownerId }: Principal,
    @Body({ schema: newScheduleSchema }) body: z.output<typeof newScheduleSchema>,
  ) {
    return toSchedule(await this.schedules.add(ownerId, toFields(body)));
  }

  @Get(':schedule_id')
  @ApiOperation({ summary: 'Get a schedule' })
  @ApiAnswer(200, scheduleSchema)
  @ApiErrors(404)
  async getSchedule(@CurrentUser() { id: ownerId }: Principal, @Param('schedule_id') id: string) {
    return toSchedule(await this.schedules.get(ownerId, id));
  }

  @Patch(':schedule_id')
  @ApiOperation({
    summary: 'Change a schedule',
    description: 'Fields that are absent stay as they are. A changed time applies from the next one.',
  })
  @ApiAnswer(200, scheduleSchema)
  @ApiErrors(404, 422)
  async updateSchedule(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('schedule_id') id: string,
    @Body({ schema: scheduleChangesSchema }) body: z.output<typeof scheduleChangesSchema>,
  ) {
    return toSchedule(await this.schedules.change(ownerId, id, toChanges(body)));
  }

  @Delete(':schedule_id')
  @Audited()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a schedule', description: 'Its conversation stays.' })
  @ApiAnswer(204)
  @ApiErrors(404)
  async deleteSchedule(
    @CurrentUser() { id: ownerId }: Principal,
    @Param('schedule_id') id: string,
  ): Promise<void> {
    await this.schedules.delete(ownerId, id);
  }
}
