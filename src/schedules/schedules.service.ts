import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { AgentRegistry } from '../agents/agent-registry.js';
import { InvalidInput, notFound, ParleyError } from '../common/errors.js';
import type { Schedule } from '../database/entities/accounts/schedule.entity.js';
import {
  SchedulesRepository,
  type ScheduleFields,
} from '../database/repositories/accounts/schedules.repository.js';
import type { ScheduleCursor, Slice } from '../database/repositories/page.js';
import { nextTime } from './cron.js';

/** Maximum schedules of an account. */
export const MAX_SCHEDULES = 50;

/** Schedules, as their owners see and change them. */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly schedules: SchedulesRepository,
    private readonly agents: AgentRegistry,
  ) {}

  /** Newest first. */
  list(ownerId: string, page: { limit: number; cursor?: ScheduleCursor }): Promise<Slice<Schedule>> {
    return this.schedules.list(ownerId, page);
  }

  /** @throws ParleyError `not-found` */
  async get(ownerId: string, id: string): Promise<Schedule> {
    const schedule = isUuid(id) ? await this.schedules.find(ownerId, id) : null;
    if (!schedule) throw missing();
    return schedule;
  }

  /**
   * @param fields with a valid cron expression and time zone
   * @throws ParleyError `too-many-schedules`; InvalidInput for an unknown agent
   */
  async add(ownerId: string, fields: ScheduleFields): Promise<Schedule> {
    const checked = { ...fields, agent: this.agentOf(fields.agent) };
    const schedule = await this.schedules.add(ownerId, checked, nextOf(fields), MAX_SCHEDULES);
    if (!schedule) throw tooMany();
    return schedule;
  }

  /**
   * Updates the given fields. A changed time applies from the next one.
   * @throws ParleyError `not-found`; InvalidInput for an unknown agent
   */
  async change(ownerId: string, id: string, fields: Partial<ScheduleFields>): Promise<Schedule> {
    const agent = fields.agent === undefined ? {} : { agent: this.agentOf(fields.agent) };
    const schedule = isUuid(id)
      ? await this.schedules.change(ownerId, id, (current) => {
          const wanted = { ...current, ...fields, ...agent };
          // Its agent may have been deleted meanwhile.
          if (fields.isEnabled) this.agentOf(wanted.agent);
          return isSameTime(current, wanted) ? wanted : { ...wanted, nextAt: nextOf(wanted) };
        })
      : null;
    if (!schedule) throw missing();
    return schedule;
  }

  /** Its conversation stays. @throws ParleyError `not-found` */
  async delete(ownerId: string, id: string): Promise<void> {
    if (!isUuid(id) || !(await this.schedules.delete(ownerId, id))) throw missing();
  }

  /** The id of an agent. @param name its label or id */
  private agentOf(name: string): string {
    const agent = this.agents.named(name);
    if (agent) return agent.id;
    const msg = 'Input should be the id or the label of an agent';
    throw new InvalidInput([{ type: 'value_error', loc: ['body', 'agent'], msg, input: name }]);
  }
}

type Times = Pick<ScheduleFields, 'cron' | 'timeZone' | 'isEnabled'>;

const nextOf = ({ cron, timeZone, isEnabled }: Times) =>
  isEnabled ? nextTime(cron, timeZone, new Date()) : null;

const isSameTime = (one: Times, other: Times) =>
  one.cron === other.cron && one.timeZone === other.timeZone && one.isEnabled === other.isEnabled;

const missing = () => notFound('Schedule not found');

const tooMany = () =>
  new ParleyError(
    'conflict',
    'too-many-schedules',
    `An account has at most ${MAX_SCHEDULES} schedules: delete one first`,
  );
