import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditEvent } from '../entities/accounts/audit-event.entity.js';
import { toSlice, type AuditPlace, type Slice } from './page.js';

export type NewAuditEvent = Omit<AuditEvent, 'id' | 'at'>;

export interface AuditFilters {
  actorId?: string;
  action?: string;
  limit: number;
  cursor?: AuditPlace;
}

/** The record of who did what. Events are added and read, nothing else. */
@Injectable()
export class AuditEventsRepository {
  private readonly events: Repository<AuditEvent>;

  constructor(source: DataSource) {
    this.events = source.getRepository(AuditEvent);
  }

  async add(event: NewAuditEvent): Promise<void> {
    await this.events.insert({ id: uuidv7(), ...event });
  }

  /** Newest first. */
  async list({ actorId, action, limit, cursor }: AuditFilters): Promise<Slice<AuditEvent>> {
    const found = await this.events.find({
      where: {
        ...(actorId && { actorId }),
        ...(action && { action }),
        ...(cursor && { id: LessThan(cursor[0]) }),
      },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toSlice(found, limit, ({ id }) => [id]);
  }
}
