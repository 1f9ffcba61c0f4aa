export interface MailMessage {
  to: string;
  subject: string;
  text: string;
}

/** Sends mail. Delivery is best effort: a failure is logged, never shown to the caller. */
export abstract class Mail {
  abstract send(message: MailMessage): Promise<void>;
}
