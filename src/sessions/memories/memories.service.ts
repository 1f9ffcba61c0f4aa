import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { notFound, ParleyError } from '../../common/errors.js';
import { withoutHidden } from '../../common/text.js';
import { Config } from '../../config/config.js';
import {
  MemoriesRepository,
  type StoredMemory,
} from '../../database/repositories/accounts/memories.repository.js';
import type { MemoryCursor, Slice } from '../../database/repositories/page.js';

/** Maximum memories of an account, and UTF-16 units of one: all of them stand in every prompt of their owner. */
export const MAX_MEMORIES = 50;
export const MAX_MEMORY_CHARS = 300;

/** Facts about users that they have confirmed; off unless MEMORY=on. What is kept can always be listed and deleted. */
@Injectable()
export class MemoriesService {
  constructor(
    private readonly memories: MemoriesRepository,
    private readonly config: Config,
  ) {}

  get isOn(): boolean {
    return this.config.env.MEMORY === 'on';
  }

  /** Newest first. */
  list(ownerId: string, page: { limit: number; cursor?: MemoryCursor }): Promise<Slice<StoredMemory>> {
    return this.memories.list(ownerId, page);
  }

  /** What stands in prompts of the owner, newest first; empty unless MEMORY=on. */
  async recall(ownerId: string): Promise<string[]> {
    if (!this.isOn) return [];
    const { items } = await this.memories.list(ownerId, { limit: MAX_MEMORIES });
    return items.map(({ content }) => content);
  }

  /**
   * Keeps a fact that the owner has confirmed; one with the same text, whatever its blanks, is kept once.
   * @param content bounded and storable
   * @throws ParleyError `memory-off`, `too-many-memories`
   */
  async add(ownerId: string, content: string): Promise<StoredMemory> {
    this.requireOn();
    const memory = await this.memories.add(ownerId, oneLine(content), MAX_MEMORIES);
    if (!memory) throw tooMany();
    return memory;
  }

  /** @throws ParleyError `memory-off`, `not-found` */
  async change(ownerId: string, id: string, content: string): Promise<StoredMemory> {
    this.requireOn();
    const memory = isUuid(id) ? await this.memories.change(ownerId, id, oneLine(content)) : null;
    if (!memory) throw missing();
    return memory;
  }

  /** @throws ParleyError `not-found` */
  async delete(ownerId: string, id: string): Promise<void> {
    if (!isUuid(id) || !(await this.memories.delete(ownerId, id))) throw missing();
  }

  private requireOn(): void {
    if (!this.isOn)
      throw new ParleyError(
        'forbidden',
        'memory-off',
        'Memory is off on this server (MEMORY=on turns it on)',
      );
  }
}

const oneLine = (content: string) => withoutHidden(content.normalize('NFC').trim().replaceAll(/\s+/g, ' '));

const missing = () => notFound('Memory not found');

const tooMany = () =>
  new ParleyError(
    'conflict',
    'too-many-memories',
    `An account has at most ${MAX_MEMORIES} memories: delete one first`,
  );
