import type { Transporter } from 'nodemailer';
import { Logger } from '../../common/logger.js';
import { Mail, type MailMessage } from './mail.js';

const CONNECT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 10_000;
/** Maximum messages in transit; more are dropped, since users can request another one. */
const MAX_IN_TRANSIT = 20;

/** Sends mail over SMTP, one connection per message. */
export class SmtpMail extends Mail {
  private transport?: Promise<Transporter>;
  private inTransit = 0;

  /** @param url smtp:// or smtps://, with the credentials in it */
  constructor(
    private readonly url: string,
    private readonly from: string,
    private readonly logger: Logger,
  ) {
    super();
  }

  async send(message: MailMessage): Promise<void> {
    if (this.inTransit >= MAX_IN_TRANSIT) {
      this.logger.error(
        { to: message.to, subject: message.subject },
        'mail dropped: the mail server does not keep up',
      );
      return;
    }
    this.inTransit += 1;
    try {
      this.transport ??= createTransport(this.url);
      await (await this.transport).sendMail({ from: this.from, ...message });
    } catch (error) {
      // Only the error's message is logged: the error object can contain the mail, and with it a token.
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error({ to: message.to, subject: message.subject, reason }, 'mail could not be sent');
    } finally {
      this.inTransit -= 1;
    }
  }
}

/** Loads the library with the first message; most starts never need it. */
async function createTransport(url: string): Promise<Transporter> {
  const { createTransport: create } = await import('nodemailer');
  return create({
    url,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    dnsTimeout: CONNECT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
