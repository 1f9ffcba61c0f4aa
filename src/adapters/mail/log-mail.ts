import { Injectable } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Mail, type MailMessage } from './mail.js';

/** Writes messages to the log: without a mail server the only way to what they carry. */
@Injectable()
export class LogMail extends Mail {
  constructor(private readonly logger: Logger) {
    super();
  }

  async send({ to, subject, text }: MailMessage): Promise<void> {
    this.logger.info({ to, subject, text }, 'mail');
  }
}
