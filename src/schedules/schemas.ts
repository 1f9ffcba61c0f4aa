import { z } from 'zod';
import { cursor } from '../common/cursor.js';
import { queryInteger } from '../common/schemas.js';
import { boundedText, isVisible, nameText } from '../common/text.js';
import type { Schedule } from '../database/entities/accounts/schedule.entity.js';
import type { ScheduleFields } from '../database/repositories/accounts/schedules.repository.js';
import { scheduleCursor } from '../database/repositories/page.js';
import { isCron, isTimeZone } from './cron.js';
import { MAX_SCHEDULES } from './schedules.service.js';

const fields = {
  name: nameText(200),
  cron: boundedText(1, 100)
    .refine(isCron, { error: 'Input should be a cron expression of five fields, such as 0 9 * * 1-5' })
    .describe('minute, hour, day of month, month, day of week'),
  time_zone: boundedText(1, 100)
    .refine(isTimeZone, { error: 'Input should be the IANA name of a time zone, such as Europe/Berlin' })
    .describe('IANA name of the time zone in which `cron` is read'),
  agent: boundedText(1, 200).describe('id or label of an agent'),
  message: boundedText(1, 32_000).refine(isVisible, { error: 'Value should have a visible character' }),
  is_enabled: z.boolean(),
};
const NEW_SCHEDULE = {
  name: 'Morning summary',
  cron: '0 9 * * 1-5',
  time_zone: 'Europe/Berlin',
  agent: 'assistant',
  message: 'What is new in the handbook?',
  is_enabled: true,
};

export const newScheduleSchema = z
  .object({ ...fields, time_zone: fields.time_zone.default('UTC'), is_enabled: z.boolean().default(true) })
  .meta({ id: 'NewSchedule', example: NEW_SCHEDULE });
export const scheduleChangesSchema = z
  .object(fields)
  .partial()
  .meta({ id: 'ScheduleChanges', example: { is_enabled: false } });

export const scheduleSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    cron: z.string(),
    time_zone: z.string(),
    agent: z.string().describe('id of the agent'),
    message: z.string(),
    conversation_id: z.string().describe('the conversation of all its runs; the first one creates it'),
    is_enabled: z.boolean(),
    next_at: z.string().nullable().describe('null while it is disabled'),
    last_at: z.string().nullable().describe('the time that was run, or skipped, last'),
    last_run_id: z.string().nullable().describe('null when no run was started then'),
    last_error: z.string().nullable().describe('why no run was started then'),
    created_at: z.string(),
  })
  .meta({
    id: 'Schedule',
    example: {
      id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0a',
      ...NEW_SCHEDULE,
      conversation_id: '019c1357-5ab8-7a3c-8f67-0f3d6ac2ff0b',
      next_at: '2026-02-02T08:00:00.000Z',
      last_at: null,
      last_run_id: null,
      last_error: null,
      created_at: '2026-01-31T09:30:00.000Z',
    },
  });
export const schedulesSchema = z
  .object({
    items: z.array(scheduleSchema),
    next: z.string().nullable().describe('the `cursor` of the next page; null on the last page'),
  })
  .meta({ id: 'Schedules', example: { items: [scheduleSchema.meta()?.example], next: null } });
export const schedulesPageSchema = z.object({
  limit: queryInteger({ min: 1, max: MAX_SCHEDULES, fallback: MAX_SCHEDULES }),
  cursor: cursor(scheduleCursor).optional(),
});

/** The fields that a body has. */
export const toChanges = ({
  time_zone: timeZone,
  is_enabled: isEnabled,
  ...rest
}: z.output<typeof scheduleChangesSchema>): Partial<ScheduleFields> => ({
  ...rest,
  ...(timeZone !== undefined && { timeZone }),
  ...(isEnabled !== undefined && { isEnabled }),
});

export const toFields = ({
  time_zone: timeZone,
  is_enabled: isEnabled,
  ...rest
}: z.output<typeof newScheduleSchema>): ScheduleFields => ({ ...rest, timeZone, isEnabled });

const toTime = (at: Date | null) => at?.toISOString() ?? null;

export const toSchedule = (schedule: Schedule) => ({
  id: schedule.id,
  name: schedule.name,
  cron: schedule.cron,
  time_zone: schedule.timeZone,
  agent: schedule.agent,
  message: schedule.message,
  conversation_id: schedule.conversationId,
  is_enabled: schedule.isEnabled,
  next_at: toTime(schedule.nextAt),
  last_at: toTime(schedule.lastAt),
  last_run_id: schedule.lastRunId,
  last_error: schedule.lastError,
  created_at: schedule.createdAt.toISOString(),
});
