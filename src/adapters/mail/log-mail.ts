import { Injectable } from '@nestjs/common';
import { MAIL_LINE } from '../../common/logs/redact-secrets.js';
import { Logger } from '../../common/logger.js';
import { Mail, type MailMessage } from './mail.js';

/**
 * Writes mail to the log, for development without a mail server. In production other people than the operator may
 * read the log, so only the fact is logged, without the content.
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
