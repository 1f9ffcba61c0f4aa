import { Module } from '@nestjs/common';
import { Logger } from '../../common/logger.js';
import { Config } from '../../config/config.js';
import { LogMail } from './log-mail.js';
import { Mail } from './mail.js';
import { SmtpMail } from './smtp-mail.js';

@Module({ providers: [{ provide: Mail, inject: [Config, Logger], useFactory: createMail }], exports: [Mail] })
export class MailModule {}

function createMail({ env }: Config, logger: Logger): Mail {
  if (env.SMTP_URL) return new SmtpMail(env.SMTP_URL, env.MAIL_FROM, logger);
  const isProduction = env.NODE_ENV === 'production';
  if (isProduction)
    logger.warn('SMTP_URL is not set: no mail is sent. Admins can hand out links that reset a password');
  return new LogMail(logger, isProduction);
}
