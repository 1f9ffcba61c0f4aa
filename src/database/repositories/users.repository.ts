import { Injectable } from '@nestjs/common';
import { DataSource, In, QueryFailedError, type EntityManager, type Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { toInstant } from '../../common/cursor.js';
import { RefreshToken } from '../entities/refresh-token.entity.js';
import { User } from '../entities/user.entity.js';
import { toSlice, type Slice, type UserCursor } from './page.js';

/** The account data needed to authorize a request. */
export type Account = Pick<User, keyof typeof ACCOUNT>;
export const ACCOUNT = {
  id: true,
  email: true,
  name: true,
  groups: true,
  isActive: true,
  isSuperuser: true,
  tokenEpoch: true,
} as const;

export type NewUser = Pick<User, 'id' | 'email' | 'emailKey' | 'passwordHash'> &
  Partial<Pick<User, 'groups' | 'isSuperuser' | 'isVerified' | 'isActive'>>;
export type UserChanges = Partial<
  Pick<User, 'email' | 'emailKey' | 'passwordHash' | 'isActive' | 'isSuperuser' | 'isVerified' | 'groups'>
>;

export interface UserFilters {
  /** A part of the address or the name. */
  text?: string;
  isActive?: boolean;
  limit: number;
  cursor?: UserCursor;
}

const UNIQUE_VIOLATION = '23505';

/** The address belongs to another account. */
export class EmailTakenError extends Error {}

@Injectable()
export class UsersRepository {
  private readonly users: Repository<User>;

  constructor(private readonly source: DataSource) {
    this.users = source.getRepository(User);
  }

  find(id: string): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  findByEmail(emailKey: string): Promise<User | null> {
    return this.users.findOneBy({ emailKey });
  }

  findAccount(id: string): Promise<Account | null> {
    return this.users.findOne({ where: { id }, select: ACCOUNT });
  }

  /** Addresses by id, without nonexistent accounts. @param ids may contain invalid UUIDs */
  async emailsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const found = await this.users.find({
      where: { id: In(ids.filter((id) => isUuid(id))) },
      select: { id: true, email: true },
    });
    return new Map(found.map(({ id, email }) => [id, email]));
  }

  /** Newest first. */
  async list({ text, isActive, limit, cursor }: UserFilters): Promise<Slice<User>> {
    const query = this.users.createQueryBuilder('u').select('u').addSelect(toInstant('u.createdAt'), 'at');
    if (isActive !== undefined) query.andWhere('u.isActive = :isActive', { isActive });
    if (text) query.andWhere(`(u.emailKey LIKE :like OR lower(u.name) LIKE :like)`, { like: likePart(text) });
    if (cursor)
      query.andWhere('(u.createdAt, u.id) < (:at::timestamptz, :id::uuid)', { at: cursor[0], id: cursor[1] });
    const { entities, raw } = await query
      .orderBy('u.createdAt', 'DESC')
      .addOrderBy('u.id', 'DESC')
      .limit(limit + 1)
      .getRawAndEntities<{ at: string }>();
    return toSlice(entities, limit, ({ id }, i) => [raw[i]!.at, id]);
  }

  /** @throws EmailTakenError */
  async insert(user: NewUser): Promise<User> {
    await refusingDuplicates(this.users.insert(user));
    return this.users.findOneByOrFail({ id: user.id });
  }

  /**
   * Updates an account. A new password or a deactivation revokes all its tokens.
   * @param where precondition
   * @returns null when it does not hold, or the account does not exist
   * @throws EmailTakenError
   */
  update(id: string, changes: UserChanges, where: UserChanges = {}): Promise<User | null> {
    return refusingDuplicates(
      this.source.transaction(async (manager) => {
        // Without columns to set there would be no statement to run.
        const isChanged = Object.keys(changes).length > 0;
        const { affected } = isChanged
          ? await manager.update(User, { ...where, id }, changes)
          : { affected: 1 };
        if (!affected) return null;
        if (changes.passwordHash || changes.isActive === false) await revokeTokens(manager, id);
        return manager.findOneBy(User, { id });
      }),
    );
  }

  /** Revokes every access token of the account; refresh tokens stay valid. */
  async revokeAccessTokens(id: string): Promise<void> {
    await this.users.increment({ id }, 'tokenEpoch', 1);
  }

  /** Revokes every access and refresh token of the account. */
  revokeTokens(id: string): Promise<void> {
    return this.source.transaction((manager) => revokeTokens(manager, id));
  }
}

/** The account's row is locked first, as by all who add to a family of refresh tokens. */
async function revokeTokens(manager: EntityManager, id: string): Promise<void> {
  await manager.increment(User, { id }, 'tokenEpoch', 1);
  await manager.delete(RefreshToken, { userId: id });
}

/** A pattern for whatever contains the text, in lower case. */
const likePart = (text: string) => `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Maps a unique violation. @throws EmailTakenError */
export async function refusingDuplicates<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof QueryFailedError && error.driverError.code === UNIQUE_VIOLATION)
      throw new EmailTakenError();
    throw error;
  }
}
