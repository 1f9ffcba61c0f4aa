import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { User } from '../entities/user.entity.js';
import { ACCOUNT, type Account } from './users.repository.js';

/**
 * Locks an account's row until the end of the transaction, serializing changes of per-account counts and log-ins.
 * @param manager of a transaction
 * @param where the account's id and further conditions
 * @returns null when no account matches
 */
export const lockAccount = (
  manager: EntityManager,
  where: FindOptionsWhere<User> & { id: string },
): Promise<Account | null> =>
  manager.findOne(User, { where, select: ACCOUNT, lock: { mode: 'for_no_key_update' } });
