import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ExternalIdentity } from '../entities/accounts/external-identity.entity.js';
import { User } from '../entities/user.entity.js';
import { refusingDuplicates, type NewUser } from './users.repository.js';

export type Identity = Pick<ExternalIdentity, 'issuer' | 'subject'>;

/** Subjects of OpenID issuers and their accounts. */
@Injectable()
export class IdentitiesRepository {
  constructor(private readonly source: DataSource) {}

  /** @returns the account's id; null for an unknown subject */
  async find({ issuer, subject }: Identity): Promise<string | null> {
    const found = await this.source
      .getRepository(ExternalIdentity)
      .findOne({ where: { issuer, subject }, select: { userId: true } });
    return found?.userId ?? null;
  }

  /**
   * Creates an account for a subject; of concurrent calls one succeeds.
   * @throws EmailTakenError when the address is in use, or the subject was given an account concurrently
   */
  create(identity: Identity, user: NewUser): Promise<void> {
    return refusingDuplicates(
      this.source.transaction(async (manager) => {
        await manager.insert(User, user);
        await manager.insert(ExternalIdentity, { ...identity, userId: user.id });
      }),
    );
  }
}
