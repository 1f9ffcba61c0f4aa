import { Injectable } from '@nestjs/common';
import { ArrayContains, DataSource, type EntityManager } from 'typeorm';
import { lockTransaction } from '../../advisory-locks.js';
import { FirstAdminCode } from '../../entities/accounts/first-admin-code.entity.js';
import { User } from '../../entities/user.entity.js';
import { refusingDuplicates, type NewUser } from '../users.repository.js';

/** The only row of its table. */
const ROW = 1;

/** The first admin of an installation, and the code that creates it. */
@Injectable()
export class FirstAdminRepository {
  constructor(private readonly source: DataSource) {}

  /** Whether any account administers this installation, as a superuser or as a member of `group`. */
  hasAdmin(group: string, manager: EntityManager = this.source.manager): Promise<boolean> {
    return manager.existsBy(User, [{ isSuperuser: true }, { groups: ArrayContains([group]) }]);
  }

  /**
   * The stored set-up code; of replicas that start concurrently, one stores its code and all return it.
   * @param fresh a new code, stored if there is none
   * @param group whose members are admins
   * @returns null when an admin exists; an unused code is then deleted
   */
  code(fresh: string, group: string): Promise<string | null> {
    return this.alone(async (manager) => {
      if (await this.hasAdmin(group, manager)) {
        await manager.delete(FirstAdminCode, { id: ROW });
        return null;
      }
      const stored = await manager.findOneBy(FirstAdminCode, { id: ROW });
      return (stored ?? (await manager.save(FirstAdminCode, { id: ROW, code: fresh }))).code;
    });
  }

  /**
   * Inserts or updates the first admin's account, and consumes the code; of concurrent calls, one succeeds.
   * @param group whose members are admins
   * @returns null when an admin exists or the code was used
   * @throws EmailTakenError
   */
  save(admin: NewUser, group: string, code: string): Promise<User | null> {
    return refusingDuplicates(
      this.alone(async (manager) => {
        if (await this.hasAdmin(group, manager)) return null;
        const { affected } = await manager.delete(FirstAdminCode, { id: ROW, code });
        if (!affected) return null;
        await manager.save(User, admin);
        return manager.findOneByOrFail(User, { id: admin.id });
      }),
    );
  }

  /** A transaction that is serialized across all processes. */
  private alone<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction(async (manager) => {
      await lockTransaction(manager, 'first-admin');
      return work(manager);
    });
  }
}
