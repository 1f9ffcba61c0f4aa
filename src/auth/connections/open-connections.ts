import type { ServerResponse } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { ParleyError } from '../../common/errors.js';
import { Config } from '../../config/config.js';
import { AccountChanges } from '../accounts/account-changes.js';
import { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { OpenConnection } from './open-connection.js';

/** Interval in ms of checking for expired connections. */
const SWEEP_MS = 1_000;
/**
 * While disconnected from other replicas: interval, in sweeps, of re-checking all accounts with open connections.
 */
const SWEEPS_ALONE = 3;
/** Maximum requests of one account in progress in this process, in addition to its configured limits. */
const FURTHER_REQUESTS = 128;
/** Close code of a socket whose authorization ended: like 401, it requests another token. */
const UNAUTHORIZED = 4401;
/** Timeout of the close handshake in ms; then the socket is terminated. */
const CLOSE_MS = 3_000;

/**
 * Every socket and every response in progress, by account. They end when their credential expires or is revoked, or the
 * account is deactivated or deleted, on whichever replica that happens.
 */
@Injectable()
export class OpenConnections implements OnModuleDestroy {
  private readonly byAccount = new Map<string, Set<OpenConnection>>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  private readonly max: number;
  private sweeps = 0;
  private isCheckingAll = false;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly changes: AccountChanges,
    { env }: Config,
  ) {
    const {
      MAX_RUNS_PER_ACCOUNT: runs,
      MAX_STREAMS_PER_ACCOUNT: streams,
      MAX_SOCKETS_PER_ACCOUNT: sockets,
    } = env;
    this.max = env.RATE_LIMITS === 'off' ? Infinity : runs + streams + sockets + FURTHER_REQUESTS;
    changes.listen({ onChange: (id) => void this.check(id), onGap: () => void this.checkAll() });
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Registers a socket until it closes; it is closed with 4401 when the principal's authorization ends. */
  openSocket(principal: Principal, socket: WebSocket): OpenConnection {
    const connection = this.open(principal, () => closeUnauthorized(socket));
    if (socket.readyState === socket.CLOSED) connection.release();
    else socket.once('close', connection.release);
    return connection;
  }

  /**
   * Registers a response until it closes; an event stream ends when the principal's authorization does.
   * @throws ParleyError `rate-limited` when the account has too many connections to this process
   */
  openResponse(principal: Principal, response: ServerResponse): void {
    if ((this.byAccount.get(principal.id)?.size ?? 0) >= this.max) throw tooMany(this.max);
    const connection = this.open(principal, () => endEventStream(response));
    response.once('close', connection.release);
  }

  private open(principal: Principal, end: () => void): OpenConnection {
    const connection: OpenConnection = new OpenConnection(principal, this.authenticator, end, () =>
      this.remove(connection),
    );
    const ofAccount = this.byAccount.get(principal.id);
    if (ofAccount) ofAccount.add(connection);
    else this.byAccount.set(principal.id, new Set([connection]));
    return connection;
  }

  private remove(connection: OpenConnection): void {
    const ofAccount = this.byAccount.get(connection.accountId);
    ofAccount?.delete(connection);
    if (ofAccount?.size === 0) this.byAccount.delete(connection.accountId);
  }

  private async check(accountId: string): Promise<void> {
    for (const connection of this.byAccount.get(accountId) ?? [])
      // An account that cannot be looked up now is looked up with its next frame, or in the next round.
      await connection.authorize().catch(() => undefined);
  }

  private async checkAll(): Promise<void> {
    if (this.isCheckingAll) return;
    this.isCheckingAll = true;
    for (const accountId of this.byAccount.keys()) await this.check(accountId);
    this.isCheckingAll = false;
  }

  private sweep(): void {
    const now = Date.now();
    for (const ofAccount of this.byAccount.values())
      for (const connection of ofAccount) connection.endIfOver(now);
    this.sweeps += 1;
    if (!this.changes.isConnected && this.sweeps % SWEEPS_ALONE === 0) void this.checkAll();
  }
}

const tooMany = (quota: number) =>
  new ParleyError(
    'rate-limited',
    'too-many-requests',
    `Too many requests at once: an account may have ${quota}. Please try again shortly.`,
    { retryAfter: 1, rateLimit: { policy: 'requests', quota, unit: 'concurrent-requests' } },
  );

function closeUnauthorized(socket: WebSocket): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(UNAUTHORIZED, 'unauthorized');
  setTimeout(() => socket.terminate(), CLOSE_MS).unref();
}

function endEventStream(response: ServerResponse): void {
  const type = response.headersSent ? response.getHeader('content-type') : undefined;
  if (String(type).startsWith('text/event-stream')) response.end();
}
