import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request } from 'undici';
import { reasonOf } from '../common/startup.js';
import { Config } from '../config/config.js';
import type {
  Attempt,
  DueDelivery,
} from '../database/repositories/webhooks/webhook-deliveries.repository.js';
import { PrivateAddressError, PublicHosts } from '../common/http/public-address.js';
import { signatureHeaders } from './signature.js';

const DEADLINE_MS = 10_000;
const MAX_RESPONSE = 1_024;
/** Pauses after the first, second, … attempt, in seconds; a delivery fails after the last of them. */
export const RETRY_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 86_400];
const GONE = 410;

/** Sends one event to one endpoint. */
@Injectable()
export class WebhookSender implements OnApplicationShutdown {
  private readonly hosts: PublicHosts;
  private readonly agent: Agent;

  constructor({ env }: Config) {
    this.hosts = new PublicHosts(env.WEBHOOK_PRIVATE_HOSTS ?? [], 'WEBHOOK_PRIVATE_HOSTS');
    // No proxy: it would resolve names by itself, past the check.
    this.agent = new Agent({ connect: { lookup: this.hosts.lookup, timeout: DEADLINE_MS } });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  /** Never throws: what goes wrong is how the attempt went. */
  async send(delivery: DueDelivery): Promise<Attempt> {
    const since = performance.now();
    const tried = await this.post(delivery);
    const isGood = tried.httpStatus !== null && tried.httpStatus >= 200 && tried.httpStatus < 300;
    const pause = tried.isFinal ? undefined : RETRY_SECONDS[delivery.attempts - 1];
    return {
      status: isGood ? 'delivered' : pause === undefined ? 'failed' : 'pending',
      retryAfter: isGood ? 0 : (pause ?? 0),
      httpStatus: tried.httpStatus,
      ms: Math.round(performance.now() - since),
      responseHead: tried.responseHead,
      error: isGood ? null : tried.error,
    };
  }

  private async post({ url, secrets, event, content }: DueDelivery): Promise<Tried> {
    const { id, type, at, payload } = event;
    const data = content === null ? payload : { ...payload, reply: content };
    const body = JSON.stringify({ id, type, created_at: Math.floor(at.getTime() / 1_000), data });
    try {
      this.hosts.check(new URL(url));
      // Redirects are not followed: they would lead past the check of the address.
      const response = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Parley-Webhooks',
          ...signatureHeaders(secrets, { id, body, at: new Date() }),
        },
        body,
        dispatcher: this.agent,
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const { statusCode: httpStatus } = response;
      return {
        httpStatus,
        responseHead: await headOf(response.body),
        error: `The endpoint answered ${httpStatus}.`,
        isFinal: httpStatus === GONE,
      };
    } catch (error) {
      const isFinal = error instanceof PrivateAddressError;
      return { httpStatus: null, responseHead: null, error: reasonOf(error), isFinal };
    }
  }
}

interface Tried {
  httpStatus: number | null;
  responseHead: string | null;
  error: string;
  /** Whether another attempt cannot help. */
  isFinal: boolean;
}

async function headOf(body: AsyncIterable<Buffer> & { destroy(): void }): Promise<string> {
  let head = Buffer.alloc(0);
  for await (const chunk of body) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= MAX_RESPONSE) break;
  }
  // PostgreSQL stores no NUL, and a character may be cut.
  return head.subarray(0, MAX_RESPONSE).toString('utf8').toWellFormed().replaceAll('\0', '');
}
