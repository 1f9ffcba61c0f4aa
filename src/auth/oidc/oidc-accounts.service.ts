import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { IdentitiesRepository, type Identity } from '../../database/repositories/identities.repository.js';
import { EmailTakenError } from '../../database/repositories/users.repository.js';
import { emailKey, parseEmail } from '../accounts/email.js';
import { PasswordsService } from '../accounts/passwords.service.js';
import { notAuthenticated } from '../access.js';
import { Authenticator, CREDENTIALS_INVALID } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { OidcVerifier, type OidcClaims } from './oidc-verifier.js';

/** Accounts of the issuer's subjects, made on first sight when that is allowed. */
@Injectable()
export class OidcAccountsService {
  constructor(
    private readonly verifier: OidcVerifier,
    private readonly identities: IdentitiesRepository,
    private readonly authenticator: Authenticator,
    private readonly passwords: PasswordsService,
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /**
   * The principal of an issuer's token. Its groups are those of the token if a groups claim is configured.
   * @throws ParleyError `unauthenticated` for an invalid token, or a subject without an account
   */
  async identify(token: string): Promise<Principal> {
    const claims = await this.verifier.verify(token);
    if (!claims) throw notAuthenticated(CREDENTIALS_INVALID);
    const identity = { issuer: this.config.env.OIDC_ISSUER ?? '', subject: claims.sub };
    const accountId = (await this.identities.find(identity)) ?? (await this.register(identity, claims));
    const principal =
      accountId &&
      (await this.authenticator.principalOf(accountId, {
        expiresAt: new Date((claims.exp + this.config.env.OIDC_CLOCK_SKEW_SECONDS) * 1000),
        groups: this.groupsIn(claims),
      }));
    if (!principal) throw notAuthenticated(CREDENTIALS_INVALID);
    return principal;
  }

  private groupsIn(claims: OidcClaims): string[] | undefined {
    const { OIDC_GROUPS_CLAIM: claim } = this.config.env;
    if (!claim) return undefined;
    const groups = claims[claim];
    return Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
  }

  /** @returns null when accounts are not created automatically, or the address belongs to another account */
  private async register(identity: Identity, claims: OidcClaims): Promise<string | null> {
    if (this.config.env.OIDC_CREATE_ACCOUNTS !== 'on') return null;
    const { email, isVerified } = addressOf(identity, claims);
    // A random password: the user logs in through the issuer, or after a reset by mail.
    const passwordHash = await this.passwords.hash(randomBytes(32).toString('base64url'));
    const id = randomUUID();
    try {
      await this.identities.create(identity, {
        id,
        email,
        emailKey: emailKey(email),
        passwordHash,
        isVerified,
      });
      return id;
    } catch (error) {
      if (!(error instanceof EmailTakenError)) throw error;
      // A concurrent request of the subject may have created the account. An account with the same address is not
      // linked: the issuer's owner of an address need not be the person who registered it here.
      const existing = await this.identities.find(identity);
      if (!existing)
        this.logger.warn({ subject: identity.subject }, 'an OIDC subject has the address of another account');
      return existing;
    }
  }
}

/** The token's address if verified by the issuer; otherwise an undeliverable one. */
function addressOf(
  { issuer, subject }: Identity,
  claims: OidcClaims,
): { email: string; isVerified: boolean } {
  const { email, email_verified: isVerified } = claims as { email?: unknown; email_verified?: unknown };
  const parsed = typeof email === 'string' && isVerified === true ? parseEmail(email) : { reason: 'none' };
  if ('email' in parsed) return { email: parsed.email, isVerified: true };
  const name = createHash('sha256').update(`${issuer} ${subject}`).digest('hex').slice(0, 32);
  return { email: `${name}@oidc.invalid`, isVerified: false };
}
