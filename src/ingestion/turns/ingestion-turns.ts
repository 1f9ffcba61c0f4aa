import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';

const KEY = 'parley:ingestion-turns';
/** Longer than a queue is ever empty between two files of a busy day; then everybody begins at the first turn again. */
const TTL_MS = 60 * 60_000;
/** BullMQ's highest priority is 2,097,152; jobs beyond it wait in the order of arrival. */
const MAX_TURN = 2_000_000;

interface TurnCommands {
  ingestionTurns(key: string, ttlMs: number, max: number, ...tenants: string[]): Promise<number[]>;
  ingestionTurnBegan(key: string, ttlMs: number, turn: number): Promise<unknown>;
}

/**
 * Start-time fair queueing of files by their owners: each file of an owner has a later turn than the one before, and an
 * owner who had nothing to do begins with the turn that is served now. So one who comes with a thousand files delays
 * another one's first by none of them.
 */
@Injectable()
export class IngestionTurns {
  private readonly redis: Redis & TurnCommands;

  constructor(redis: Redis) {
    redis.defineCommand('ingestionTurns', { numberOfKeys: 1, lua: TAKE });
    redis.defineCommand('ingestionTurnBegan', { numberOfKeys: 1, lua: BEGAN });
    this.redis = redis as Redis & TurnCommands;
  }

  /** @returns a turn from 1 on for each, in order; the lowest is served first */
  take(tenants: readonly string[]): Promise<number[]> {
    return this.redis.ingestionTurns(KEY, TTL_MS, MAX_TURN, ...tenants);
  }

  /** Records that a job of this turn is being served. */
  async began(turn: number): Promise<void> {
    await this.redis.ingestionTurnBegan(KEY, TTL_MS, turn);
  }

  /** Forgets owners that do not exist any more. */
  async forget(tenant: string): Promise<void> {
    await this.redis.hdel(KEY, tenant);
  }
}

const TAKE = `
  local turns, served = {}, tonumber(redis.call('HGET', KEYS[1], 'served') or 1)
  for i = 3, #ARGV do
    local last = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0)
    local turn = math.min(math.max(served, last + 1), tonumber(ARGV[2]))
    redis.call('HSET', KEYS[1], ARGV[i], turn)
    turns[i - 2] = turn
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return turns`;

const BEGAN = `
  local served = tonumber(redis.call('HGET', KEYS[1], 'served') or 1)
  redis.call('HSET', KEYS[1], 'served', math.max(served, tonumber(ARGV[2])))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])`;
