import { Injectable } from '@nestjs/common';
import { DataSource, LessThan, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Memory } from '../../entities/accounts/memory.entity.js';
import { lockAccount } from '../lock-account.js';
import { toSlice, type MemoryCursor, type Slice } from '../page.js';

export type StoredMemory = Pick<Memory, 'id' | 'content' | 'createdAt' | 'updatedAt'>;

/** Confirmed facts about users. The owner is in every where clause. */
@Injectable()
export class MemoriesRepository {
  private readonly memories: Repository<Memory>;

  constructor(private readonly source: DataSource) {
    this.memories = source.getRepository(Memory);
  }

  /** Newest first. */
  async list(
    userId: string,
    { limit, cursor }: { limit: number; cursor?: MemoryCursor },
  ): Promise<Slice<StoredMemory>> {
    const rows = await this.memories.find({
      where: { userId, ...(cursor && { id: LessThan(cursor[0]) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toSlice(rows, limit, ({ id }) => [id]);
  }

  /**
   * Adds a memory; one with the same text is returned instead.
   * @param max memories of an account
   * @returns null when there are that many, or the account was deleted
   */
  add(userId: string, content: string, max: number): Promise<StoredMemory | null> {
    return this.source.transaction(async (manager) => {
      // Serializes concurrent inserts, so that each counts the previous ones.
      if (!(await lockAccount(manager, { id: userId }))) return null;
      const known = await manager.findOneBy(Memory, { userId, content });
      if (known) return known;
      if ((await manager.countBy(Memory, { userId })) >= max) return null;
      const id = uuidv7();
      await manager.insert(Memory, { id, userId, content });
      return manager.findOneByOrFail(Memory, { id });
    });
  }

  /** @param id a UUID; @returns null when the user has no such memory */
  async change(userId: string, id: string, content: string): Promise<StoredMemory | null> {
    const updated = { content, updatedAt: () => 'now()' };
    const { affected } = await this.memories.update({ id, userId }, updated);
    return affected ? this.memories.findOneBy({ id, userId }) : null;
  }

  /** @param id a UUID; @returns false when the user has no such memory */
  async delete(userId: string, id: string): Promise<boolean> {
    const { affected } = await this.memories.delete({ id, userId });
    return Boolean(affected);
  }
}
