import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { ParleyError } from '../../common/errors.js';
import { Authenticator } from '../authenticator.js';
import type { Principal } from '../principal.js';
import { SCOPES } from '../scopes.js';

export const TICKET_SECONDS = 30;
const PREFIX = 'wt_';
const TAKE = `
  local ticket = redis.call('GET', KEYS[1])
  redis.call('DEL', KEYS[1])
  return ticket`;

const stored = z.object({
  accountId: z.string(),
  expiresAt: z.coerce.date().nullable(),
  epoch: z.int().optional(),
  groups: z.array(z.string()).optional(),
  key: z.object({ id: z.string(), scopes: z.array(z.enum(SCOPES)) }).optional(),
});

/**
 * One-time tickets for WebSockets, valid for half a minute, so that a credential in a URL, and in the logs of
 * servers that handle it, is useless afterwards. The socket has the authorization of the credential that created
 * the ticket.
 */
@Injectable()
export class SocketTickets {
  constructor(
    private readonly redis: Redis,
    private readonly authenticator: Authenticator,
  ) {}

  /** @throws ParleyError `unavailable` without Redis */
  async issue({ id, credential }: Principal): Promise<string> {
    const ticket = PREFIX + randomBytes(24).toString('base64url');
    const value = JSON.stringify({ accountId: id, ...credential });
    try {
      await this.redis.set(keyOf(ticket), value, 'EX', TICKET_SECONDS);
    } catch (cause) {
      const detail = 'Tickets are unavailable. Please try again later.';
      throw new ParleyError('unavailable', 'tickets-unavailable', detail, { cause, retryAfter: 1 });
    }
    return ticket;
  }

  /** Redeems a ticket. @returns null when it is unknown, used or expired, or its authorization ended */
  async redeem(ticket: string): Promise<Principal | null> {
    const value = await this.redis.eval(TAKE, 1, keyOf(ticket));
    if (typeof value !== 'string') return null;
    const { accountId, ...credential } = stored.parse(JSON.parse(value));
    return this.authenticator.authorize(accountId, credential);
  }
}

export const looksLikeTicket = (token: string) => token.startsWith(PREFIX);

/** Hashed, so that Redis contains no usable tickets. */
const keyOf = (ticket: string) =>
  `parley:ws-ticket:${createHash('sha256').update(ticket).digest('base64url')}`;
