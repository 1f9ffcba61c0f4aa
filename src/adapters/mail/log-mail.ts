import { Injectable } from '@nestjs/common';
import { MAIL_LINE } from '../../common/logs/redact-secrets.js';
import { Logger } from '../../common/logger.js';
import { Mail, type MailMessage } from './mail.js';

/**
 * Writes messages to the log: without a mail server the only way to what they carry. In production the log is kept and
 * read by others than the operator, so that only the fact of a message is logged.
 */
@Injectable()
export class LogMail extends Mail {
  constructor(
    private readonly logger: Logger,
    private readonly isProduction: boolean,
  ) {
    super();
  }

  async send({ to, subject, text }: MailMessage): Promise<void> {
    if (this.isProduction) this.logger.warn({ to, subject }, 'mail was not sent: SMTP_URL is not set');
    else this.logger.info({ to, subject, text }, MAIL_LINE);
  }
}
