import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { User } from '../entities/user.entity.js';
import { ACCOUNT, type Account } from './users.repository.js';

/**
 * Locks an account's row until the transaction ends: what is counted per account, and its log-ins, change one at a time.
 * @param manager of a transaction
 * @param where the account's id, and what must be true of it
 * @returns null when there is no such account
 */
export const lockAccount = (
  manager: EntityManager,
  where: FindOptionsWhere<User> & { id: string },
): Promise<Account | null> =>
  manager.findOne(User, { where, select: ACCOUNT, lock: { mode: 'for_no_key_update' } });
