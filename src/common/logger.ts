import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';
import { Config } from '../config/config.js';
import { callIds } from '../telemetry/call-context.js';
import { describeError } from './logs/describe-error.js';
import { redactSecrets } from './logs/redact-secrets.js';
import { logOutput } from './logs/log-output.js';

/** Values under these keys never reach a log line. */
const SECRETS = ['password', 'token', 'access_token', 'refresh_token', 'authorization', 'cookie'];
const REDACT = SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * Structured logs on standard output, also for Nest's own messages. Each line has the ids of the current request,
 * run or job, and of its trace.
 */
@Injectable()
export class Logger implements LoggerService {
  readonly pino: Pino;

  constructor(config: Config) {
    const options = {
      level: config.env.LOG_LEVEL,
      redact: { paths: REDACT, censor: '***' },
      serializers: { err: describeError },
      hooks: { streamWrite: redactSecrets },
      mixin: callIds,
    };
    this.pino = pino(options, logOutput);
  }

  info(fields: object, message: string): void {
    this.pino.info(fields, message);
  }

  log(message: string, context?: string): void {
    this.pino.debug({ context }, message);
  }

  warn(fields: object | string, message?: string): void {
    this.pino.warn(asFields(fields), text(fields, message));
  }

  error(fields: object | string, message?: string, context?: string): void {
    // Nest also throws these errors; the handler logs them once, in more detail.
    if (message === 'ExceptionHandler' || context === 'ExceptionHandler') return;
    this.pino.error(asFields(fields), text(fields, message));
  }

  debug(message: string, context?: string): void {
    this.pino.trace({ context }, message);
  }
}

const asFields = (fields: object | string) => (typeof fields === 'string' ? {} : fields);
const text = (fields: object | string, message?: string) =>
  typeof fields === 'string' ? fields : (message ?? '');
