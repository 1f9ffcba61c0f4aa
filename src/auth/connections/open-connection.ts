import type { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';

/** A socket or a response that lasts, and by whose authority it was opened. */
export class OpenConnection {
  private isRevoked = false;

  /**
   * @param end closes the connection; idempotent
   * @param release removes it from the registry; to be called after closing
   */
  constructor(
    private principal: Principal,
    private readonly authenticator: Authenticator,
    private readonly end: () => void,
    readonly release: () => void,
  ) {}

  get accountId(): string {
    return this.principal.id;
  }

  /** Expiry of the credential; null for a key without one. */
  get expiresAt(): Date | null {
    return this.principal.credential.expiresAt;
  }

  /**
   * Re-authorizes the connection, and closes it on failure.
   * @throws the store's error when the account could not be looked up
   */
  async authorize(): Promise<boolean> {
    const { id, credential } = this.principal;
    if (this.isRevoked) return false;
    if (await this.authenticator.authorize(id, credential)) return true;
    // Renewed while the account was looked up.
    if (this.principal.credential !== credential) return this.authorize();
    this.revoke();
    return false;
  }

  /** Replaces the credential by another of the same account. @returns false for another account */
  renew(principal: Principal): boolean {
    if (this.isRevoked || principal.id !== this.principal.id) return false;
    this.principal = principal;
    return true;
  }

  /** Closes the connection after its expiry; also if it was revoked before its response began to stream. */
  endIfOver(now: number): void {
    if (this.isRevoked || (this.expiresAt && this.expiresAt.getTime() <= now)) this.revoke();
  }

  private revoke(): void {
    this.isRevoked = true;
    this.end();
  }
}
