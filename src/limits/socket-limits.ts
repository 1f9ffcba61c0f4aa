import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { ParleyError } from '../common/errors.js';
import { sendText } from '../common/sockets/sockets.js';
import { AccountLimits } from './account-limits.js';
import { FrameLimits } from './frame-limits.js';

/** Closes a socket whose account does too much: what 429 is over HTTP. */
export const TOO_MANY = 4429;
const TOO_MANY_FRAMES = 'Too many frames a second. Please send more slowly.';

/** What one account may do over WebSockets. Refused sockets get an error frame of their surface, then close with 4429. */
@Injectable()
export class SocketLimits {
  constructor(
    private readonly accounts: AccountLimits,
    private readonly frames: FrameLimits,
  ) {}

  /** Counts a socket until it closes. @param toError the surface's error frame @returns false when it is closed */
  async admit(accountId: string, socket: WebSocket, toError: (detail: string) => string): Promise<boolean> {
    try {
      const release = await this.accounts.acquire('sockets', accountId);
      if (socket.readyState === socket.CLOSED) release();
      else socket.once('close', release);
      return true;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      sendText(socket, toError(error.message));
      socket.close(TOO_MANY, `retry after ${error.retryAfter} s`);
      return false;
    }
  }

  /** Counts a frame. @returns false when it is one too many; its socket is closed then */
  async admitFrame(
    accountId: string,
    socket: WebSocket,
    toError: (detail: string) => string,
  ): Promise<boolean> {
    if (await this.frames.admit(accountId)) return true;
    sendText(socket, toError(TOO_MANY_FRAMES));
    socket.close(TOO_MANY, 'retry after 1 s');
    return false;
  }
}
