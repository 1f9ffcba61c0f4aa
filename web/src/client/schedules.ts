// One's own schedules: messages that are sent to an agent at the times of a cron expression.

import type { Page } from './api.js';
import { send, sendJson, withQuery } from './http.js';

export interface NewSchedule {
  name: string;
  /** Minute, hour, day of month, month, day of week. */
  cron: string;
  /** IANA name. */
  time_zone: string;
  /** Id or label. */
  agent: string;
  message: string;
}

export interface Schedule extends NewSchedule {
  id: string;
  is_enabled: boolean;
  /** The conversation of all its runs; the first run creates it. */
  conversation_id: string;
  /** Null while it is disabled. */
  next_at: string | null;
  last_at: string | null;
  /** Why no run was started at `last_at`. */
  last_error: string | null;
}

export const listSchedules = (cursor?: string) =>
  sendJson<Page<Schedule>>(withQuery('/schedules/', { cursor }));
/** @throws HttpError 422 for a field that is refused, 409 for one schedule too many */
export const createSchedule = (schedule: NewSchedule) =>
  sendJson<Schedule>('/schedules/', { body: schedule });
export const setScheduleEnabled = (id: string, enabled: boolean) =>
  sendJson<Schedule>(`/schedules/${id}`, { method: 'PATCH', body: { is_enabled: enabled } });
export const deleteSchedule = (id: string) => send(`/schedules/${id}`, { method: 'DELETE' });
